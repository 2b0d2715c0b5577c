"""Tunings at the console: asking, watching, stopping, what was found, and making a draft of a candidate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from regulars.domain.tunings.contracts import Tuning, TuningState
from regulars.domain.tunings.queries import tunings
from regulars.flows.draft_rulebook import LONGEST_NAME
from regulars.flows.tuning.asking import ask_tuning, cancel_tuning, found_tuning, ground_of, is_over
from regulars.flows.tuning.drafting import change_of, draft_candidate
from regulars.flows.tuning.terms import terms_of
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.labels import Label, who
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.console.rulebook.tuning_form import TuningForm
from regulars.interfaces.console.rulebook.tuning_found import candidate_name, found_words
from regulars.interfaces.web import words
from regulars.kernel.errors import Refusal


@dataclass(frozen=True, slots=True)
class Row:
    """A tuning in the list."""

    name: str
    text: str
    state: Label
    url: str


@operator_page("rulebook")
def tuning_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What was asked before, and the form for another one."""
    form = TuningForm(ground_of(desk.conn, desk.shelf), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            asked = ask_tuning(desk.conn, form.question(), programme_id=desk.programme.id, now=desk.now, by=desk.by)
        except Refusal as refusal:
            form.refuse(in_words(refusal))
        else:
            messages.success(request, gettext("It is played as soon as a worker is free, usually within a minute."))
            return redirect("console:tuning", asked.id)
    rows = [_row(each) for each in tunings(desk.conn, programme_id=desk.programme.id)]
    context = {"form": form, "rows": rows}
    return desk.page(request, "console/rulebook/tunings.html", context, status=422 if form.is_bound else 200)


@operator_page("rulebook")
def tuning_page(request: HttpRequest, desk: Desk, tuning_id: int) -> HttpResponse:
    """How far it is, and once it is done, what it found; a POST stops it."""
    if request.method == "POST":
        try:
            cancel_tuning(desk.conn, tuning_id=tuning_id, programme_id=desk.programme.id, now=desk.now)
        except Refusal as refusal:
            messages.error(request, in_words(refusal).title)
        else:
            messages.success(request, gettext("The tuning is stopped."))
        return redirect("console:tuning", tuning_id)
    asked = found_tuning(desk.conn, programme_id=desk.programme.id, tuning_id=tuning_id)
    context = {
        "asked": _row(asked),
        "running": not is_over(asked),
        "problem": asked.problem,
        "done": asked.done,
        "parts": asked.parts,
        "found": None if asked.result is None else found_words(asked, asked.result),
        "url": reverse("console:tuning", args=[tuning_id]),
    }
    if request.headers.get("HX-Request"):
        if is_over(asked):
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "console/rulebook/backtest_progress.html", context)
    return desk.page(request, "console/rulebook/tuning.html", context)


@require_POST
@operator_page("rulebook")
def tuning_draft(request: HttpRequest, desk: Desk, tuning_id: int, candidate: int) -> HttpResponse:
    """A draft with what the candidate changes; prices, which are the catalogue's, are named beside it."""
    asked = found_tuning(desk.conn, programme_id=desk.programme.id, tuning_id=tuning_id)
    rows: list[dict[str, Any]] = [] if asked.result is None else asked.result["candidates"]
    values = rows[candidate]["values"] if candidate < len(rows) else []
    terms = terms_of(asked)
    name = f"{asked.label}: {candidate_name(terms, values)}"[:LONGEST_NAME] if values else asked.label
    try:
        made = draft_candidate(
            desk.conn, asked, candidate, of=desk.programme, name=name, by=desk.by, now=desk.now,
            note=gettext("From the tuning “%(name)s”") % {"name": asked.label},
        )  # fmt: skip
    except Refusal as refusal:
        messages.error(request, in_words(refusal).remedy)
        return redirect("console:tuning", tuning_id)
    messages.success(request, gettext("The draft is made. Nothing is in force by it."))
    for each in change_of(terms, values).prices:
        said = {"name": each.name, "price": words.number(each.price)}
        messages.warning(request, gettext("Change the price of “%(name)s” to %(price)s in the catalogue.") % said)
    return redirect("console:draft", made.id)


def _row(each: Tuning) -> Row:
    values = {"who": who(each.asked_by), "when": words.moment(each.asked_at), "version": each.based_on}
    text = gettext("Asked by %(who)s on %(when)s, beside version %(version)s") % values
    return Row(each.label, text, _state(each.state), reverse("console:tuning", args=[each.id]))


def _state(state: TuningState) -> Label:
    return {
        TuningState.waiting: Label(gettext("Waiting"), "neutral"),
        TuningState.running: Label(gettext("Being played"), "info"),
        TuningState.done: Label(gettext("Done"), "success"),
        TuningState.cancelled: Label(gettext("Stopped"), "neutral"),
        TuningState.failed: Label(gettext("Failed"), "error"),
    }[state]
