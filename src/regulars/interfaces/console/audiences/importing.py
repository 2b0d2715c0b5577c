"""A list from a file at the console: uploaded, read in parts with shown progress, looked at, decided.

The file waits in the database meanwhile, so that whoever leaves in the middle can come back within a day.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext

from regulars.domain.audiences.contracts import Audience, ImportNotFound, ListImport, Mode, NamedBy
from regulars.domain.audiences.queries import import_counts, list_import
from regulars.flows.import_list import begin_import, choose, decide_import, drop_import, read_on
from regulars.flows.read_list import LARGEST, list_of
from regulars.interfaces.console.audiences.acts import moved_words
from regulars.interfaces.console.audiences.reading import known_audience
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.web import words
from regulars.interfaces.web.forms import KitForm
from regulars.kernel.errors import Refusal

ROWS_AT_ONCE = 10_000
"""What a request looks at, so that none takes long."""
MODES = [
    (Mode.add.value, gettext_lazy("Add them to those who are there")),
    (Mode.replace_.value, gettext_lazy("Put them in the place of those who are there")),
    (Mode.remove.value, gettext_lazy("Take them off the list")),
]
NAMES = [
    (NamedBy.card.value, gettext_lazy("Card number")),
    (NamedBy.external_id.value, gettext_lazy("Number in your own system")),
    (NamedBy.email.value, gettext_lazy("E-mail")),
    (NamedBy.phone.value, gettext_lazy("Phone")),
    (NamedBy.id.value, gettext_lazy("Id of Regulars")),
]


class UploadForm(KitForm):
    """The file, and what shall happen with its members."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy("Its first line names the columns. Up to 100,000 rows."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv,.txt", "class": "file-input w-full"}),
    )
    mode = forms.ChoiceField(label=gettext_lazy("What happens with them"), choices=MODES)


class ChoiceForm(KitForm):
    """Which column names members, by what, and what shall happen."""

    column = forms.ChoiceField(label=gettext_lazy("Column"))
    named_by = forms.ChoiceField(label=gettext_lazy("What stands in it"), choices=NAMES)
    mode = forms.ChoiceField(label=gettext_lazy("What happens with them"), choices=MODES)


@operator_page("audiences")
def upload(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """Takes the file; nothing about members changes yet."""
    found = known_audience(desk, code)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = begin_import(
                desk.conn, file.read(LARGEST + 1), programme=desk.programme, code=code, file_name=file.name,
                mode=Mode(form.cleaned_data["mode"]), now=desk.now, by=desk.by,
            )  # fmt: skip
        except Refusal as refusal:
            form.refuse(in_words(refusal))
        else:
            return redirect("console:audience-import-look", code, kept.id)
    context = {
        "back_url": reverse("console:audience", args=[code]),
        "back_label": found.name,
        "heading": gettext("Fill the list from a file"),
        "subtitle": gettext("You see whom the file names before anything happens, and can undo it afterwards."),
        "form_template": "console/audiences/upload_form.html",
        "form": form,
    }
    return desk.page(request, "console/form_page.html", context, status=422 if form.is_bound else 200)


@operator_page("audiences")
def look(request: HttpRequest, desk: Desk, code: str, import_id: UUID) -> HttpResponse:
    """Reads on, shows what the file comes to, and decides."""
    found = known_audience(desk, code)
    waiting = _waiting(desk, found, import_id)
    if request.method != "POST":
        return _page(request, desk, found, waiting)
    act = request.POST.get("act", "")
    if act == "read":
        return _read(request, desk, found, waiting)
    if act == "drop":
        drop_import(desk.conn, import_id, programme=desk.programme)
        messages.success(request, gettext("The file is forgotten. The list is as it was."))
        return redirect("console:audience", code)
    if act == "decide":
        try:
            moved, _ = decide_import(
                desk.conn, import_id, programme=desk.programme, code=code, now=desk.now, by=desk.by
            )
        except Refusal as refusal:
            said = in_words(refusal)
            messages.error(request, f"{said.title}. {said.detail} {said.remedy}")
            return redirect(request.path)
        messages.success(request, gettext("The list is filled. %(moved)s") % {"moved": moved_words(moved)})
        return redirect(f"{reverse('console:audience', args=[code])}?tab=runs")
    form = _choice(waiting, request.POST)
    if form.is_valid():
        choose(
            desk.conn, import_id, programme=desk.programme, column=form.cleaned_data["column"],
            named_by=NamedBy(form.cleaned_data["named_by"]), mode=Mode(form.cleaned_data["mode"]),
        )  # fmt: skip
    return redirect(request.path)


def _waiting(desk: Desk, found: Audience, import_id: UUID) -> ListImport:
    waiting = list_import(desk.conn, programme_id=desk.programme.id, import_id=import_id)
    if waiting is None or waiting.audience_id != found.id:
        raise ImportNotFound(import_id)
    return waiting


def _read(request: HttpRequest, desk: Desk, found: Audience, waiting: ListImport) -> HttpResponse:
    """The next rows; the page asks for more by itself, and without scripts by a button."""
    done = read_on(desk.conn, waiting.id, programme=desk.programme, at_once=ROWS_AT_ONCE)
    if not request.headers.get("HX-Request"):
        return redirect(request.path)
    if done.is_read:
        return HttpResponse(headers={"HX-Redirect": request.path})
    return render(request, "console/audiences/reading.html", _progress(request, done, by_itself=True))


def _page(request: HttpRequest, desk: Desk, found: Audience, waiting: ListImport) -> HttpResponse:
    context: dict[str, Any] = {
        "audience": found,
        "back_url": reverse("console:audience", args=[found.code]),
        "file": waiting,
        "form": _choice(waiting),
    }
    if not waiting.is_read:
        return desk.page(request, "console/audiences/look.html", context | _progress(request, waiting, by_itself=False))
    counts = import_counts(desk.conn, waiting)
    told = [
        (gettext("Rows"), words.number(waiting.rows), ""),
        (gettext("Members found"), words.number(counts.found), ""),
        (gettext("Named twice"), words.number(counts.twice), gettext("counted once")),
        (gettext("Name nobody"), words.number(waiting.unknown), gettext("left out")),
        (gettext("Without a value"), words.number(waiting.empty), gettext("left out")),
        (gettext("Merged meanwhile"), words.number(counts.merged), gettext("their present member is meant")),
    ]
    more = waiting.unknown - len(waiting.problems)
    context |= {
        "facts": [{"label": label, "value": value, "hint": hint} for label, value, hint in told],
        "result": _result(counts.joining, counts.leaving),
        "problems": waiting.problems,
        "more": ngettext("and %(count)s more row", "and %(count)s more rows", more) % {"count": words.number(more)}
        if more > 0
        else "",
        "can_decide": bool(counts.found),
    }
    return desk.page(request, "console/audiences/look.html", context)


def _result(joining: int, leaving: int) -> str:
    values = {"joining": words.number(joining), "leaving": words.number(leaving)}
    return gettext("%(joining)s would join, %(leaving)s would leave.") % values


def _progress(request: HttpRequest, waiting: ListImport, *, by_itself: bool) -> dict[str, Any]:
    so_far = {"read": words.number(waiting.rows_read), "rows": words.number(waiting.rows)}
    return {
        "reading": True,
        "by_itself": by_itself,
        "url": request.path,
        "read": waiting.rows_read,
        "rows": waiting.rows,
        "so_far": gettext("%(read)s of %(rows)s rows") % so_far,
    }


def _choice(waiting: ListImport, given: Any = None) -> ChoiceForm:
    initial = {"column": waiting.column, "named_by": waiting.named_by.value, "mode": waiting.mode.value}
    form = ChoiceForm(given, initial=initial)
    column = form.fields["column"]
    assert isinstance(column, forms.ChoiceField)
    column.choices = [(each, each) for each in list_of(waiting.content).columns]
    return form
