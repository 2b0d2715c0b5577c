"""What an operator does with a draft: submit, approve, schedule, publish, and back again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from regulars.domain.programmes.contracts import Draft, DraftState
from regulars.flows.draft_rulebook import LONGEST_NOTE, discard_draft, renew_draft
from regulars.flows.publish_draft import (
    approve_draft,
    decline_draft,
    publish_draft,
    schedule_draft,
    submit_draft,
    unschedule_draft,
    withdraw_draft,
)
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.web import words
from regulars.kernel.errors import NotFound, Refusal

_VERBS: dict[str, Callable[..., Draft]] = {
    "submit": submit_draft,
    "withdraw": withdraw_draft,
    "approve": approve_draft,
    "decline": decline_draft,
    "schedule": schedule_draft,
    "unschedule": unschedule_draft,
    "publish": publish_draft,
    "renew": renew_draft,
    "discard": discard_draft,
}
_WITH_NOTE = frozenset({"submit", "decline", "schedule"})


@operator_page("rulebook")
def act(request: HttpRequest, desk: Desk, number: int, verb: str) -> HttpResponse:
    """One step; what does not go says why, on the draft's page."""
    if verb not in _VERBS:
        raise NotFound(
            "path_not_found",
            gettext("This address does not exist"),
            detail=gettext("Nothing of the name “%(verb)s” can be done with a draft.") % {"verb": verb},
            remedy=gettext("Open the draft from the list."),
        )
    if request.method == "POST":
        try:
            given = _given(request, verb)
            if given is None:
                messages.error(request, gettext("Choose a day and a time. Nothing was changed."))
            else:
                done = _VERBS[verb](desk.conn, number, of=desk.programme, by=desk.by, now=desk.now, **given)
                messages.success(request, _said(done, verb))
        except Refusal as refusal:
            told = in_words(refusal)
            messages.error(request, f"{told.title}. {told.detail} {told.remedy}")
    return redirect("console:draft", number)


def _given(request: HttpRequest, verb: str) -> dict[str, Any] | None:
    """What the form says; None for a time that is none in the programme's time zone."""
    given: dict[str, Any] = {"note": request.POST.get("note", "")[:LONGEST_NOTE]} if verb in _WITH_NOTE else {}
    if verb == "schedule":
        try:
            given["at"] = forms.DateTimeField().clean(request.POST.get("at", ""))
        except forms.ValidationError:
            return None
    return given


def _said(done: Draft, verb: str) -> str:
    if done.state is DraftState.scheduled and done.scheduled_for is not None:
        return gettext("It comes into force on %(when)s.") % {"when": words.moment(done.scheduled_for)}
    return {
        "submit": gettext("Submitted. A colleague approves it."),
        "withdraw": gettext("Withdrawn. You can change it again."),
        "approve": gettext("Approved. It can be published now."),
        "decline": gettext("Declined. Its author reads why."),
        "unschedule": gettext("Taken from the schedule."),
        "publish": gettext("Published. The version is in force."),
        "renew": gettext("Up to date. Look at it again before you go on."),
        "discard": gettext("Discarded. It can still be read."),
    }.get(verb, gettext("Done."))
