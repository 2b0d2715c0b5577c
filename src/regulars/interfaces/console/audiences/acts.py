"""What an operator does with an audience: refresh it now, archive and restore it, undo an import, take it along."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from regulars.database.pool import connection
from regulars.database.scope import scoped
from regulars.domain.audiences.contracts import Audience, AudienceDraft, Moved
from regulars.domain.programmes.contracts import Programme
from regulars.flows.import_list import undo_import
from regulars.flows.read_audience import EXPORTED, cells, export_members
from regulars.flows.refresh_audiences import refresh_one, refresh_order
from regulars.flows.save_audience import save_audience
from regulars.interfaces.console.audiences.reading import known_audience
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.web import words
from regulars.kernel.errors import Refusal


@operator_page("audiences")
def refresh(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """Refreshes the next one of those that the audience names, and itself last; the page asks for the next step."""
    here = reverse("console:audience", args=[code])
    is_htmx = bool(request.headers.get("HX-Request"))
    if request.method != "POST":
        return redirect(here)
    given = request.POST.get("step", "")
    step = int(given) if given.isdecimal() and len(given) < 5 else 0
    try:
        found = known_audience(desk, code)
        order = refresh_order(desk.conn, programme_id=desk.programme.id, code=code) or [code]
        todo = order[step : step + 1] if is_htmx else order
        moved = Moved(0, 0, found.members)
        for each in todo:
            moved = refresh_one(desk.conn, programme_id=desk.programme.id, code=each, now=desk.now, by=desk.by)
    except Refusal as refusal:
        _refuse(request, refusal)
    else:
        if is_htmx and step + 1 < len(order):
            names = {"done": step + 1, "of": len(order), "url": request.path}
            said = gettext("%(done)s of %(of)s audiences") % {
                "done": words.number(step + 1), "of": words.number(len(order)),
            }  # fmt: skip
            return render(request, "console/audiences/refreshing.html", names | {"so_far": said})
        messages.success(request, gettext("Refreshed. %(moved)s") % {"moved": moved_words(moved)})
    return HttpResponse(headers={"HX-Redirect": here}) if is_htmx else redirect(here)


@operator_page("audiences")
def archive(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """Archives the audience, or takes it out of the archive; refused while a rule asks for it."""
    if request.method == "POST":
        found = known_audience(desk, code)
        archived = request.POST.get("archived") == "yes"
        draft = AudienceDraft(found.code, found.name, found.kind, found.conditions, found.archived)
        try:
            save_audience(
                desk.conn, replace(draft, archived=archived), programme_id=desk.programme.id, now=desk.now, by=desk.by,
                replacing=code, version=found.version,
            )  # fmt: skip
        except Refusal as refusal:
            _refuse(request, refusal)
        else:
            done = gettext("It is archived: its members stay as they are.") if archived else gettext("It is back.")
            messages.success(request, done)
    return redirect("console:audience", code)


@operator_page("audiences")
def undo(request: HttpRequest, desk: Desk, code: str, run: UUID) -> HttpResponse:
    """Takes an import back."""
    if request.method == "POST":
        try:
            moved = undo_import(desk.conn, run, programme=desk.programme, code=code, now=desk.now, by=desk.by)
        except Refusal as refusal:
            _refuse(request, refusal)
        else:
            messages.success(request, gettext("The import is undone. %(moved)s") % {"moved": moved_words(moved)})
    return redirect(f"{reverse('console:audience', args=[code])}?tab=runs")


@operator_page("audiences")
def export(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """The members as a CSV file, sent while it is read."""
    found = known_audience(desk, code)
    answer: HttpResponseBase = StreamingHttpResponse(
        _lines(desk.programme, found, desk), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{found.code}.csv"'
    return answer  # type: ignore[return-value]  # a streamed answer is an answer


def moved_words(moved: Moved) -> str:
    """12 joined, 3 left, 240 are in it now."""
    values = {"joined": words.number(moved.joined), "gone": words.number(moved.gone)}
    values["members"] = words.number(moved.members)
    return gettext("%(joined)s joined, %(gone)s left, %(members)s are in it now.") % values


def _lines(programme: Programme, found: Audience, desk: Desk) -> Iterator[str]:
    """On a connection of its own: the view's is given back before the last line is sent."""
    with connection() as conn, scoped(conn, programme.organisation_id):
        yield _csv([list(EXPORTED)])
        for rows in export_members(conn, found, programme=programme, now=desk.now, by=desk.by):
            yield _csv([cells(each) for each in rows])


def _csv(rows: list[list[str]]) -> str:
    written = StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()


def _refuse(request: HttpRequest, refusal: Refusal) -> None:
    said = in_words(refusal)
    messages.error(request, f"{said.title}. {said.detail} {said.remedy}")
