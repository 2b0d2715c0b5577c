"""The page that stops rules at once, and lets them go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.pause_rules import LONGEST_REASON, pause, resume
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.refusals import in_words
from regulars.kernel.errors import Refusal


@dataclass(frozen=True, slots=True)
class Stoppable:
    """A rule, a campaign or everything. kind, id: for the form. rests: whether it gives nothing now."""

    kind: str
    id: str
    name: str
    what: str
    rests: bool


@operator_page("rulebook")
def pausing(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Rules and campaigns with a button each; a POST stops one, or lets it go on."""
    if request.method == "POST":
        _act(request, desk)
        return redirect("console:pausing")
    if not desk.shelf.rulebooks:
        return redirect("console:rulebook")
    rulebook = desk.shelf.in_force(max(desk.now, desk.shelf.starts[0])).rulebook
    context = {"items": _items(rulebook), "everything": rulebook.paused.everything}
    return desk.page(request, "console/rulebook/pausing.html", context)


def _act(request: HttpRequest, desk: Desk) -> None:
    given, name = request.POST, request.POST.get("id", "")
    choices: dict[str, dict[str, Any]] = {
        "rule": {"rules": [name]},
        "campaign": {"campaigns": [name]},
        "everything": {"everything": True},
    }
    what = choices.get(given.get("kind", ""), {})
    stops = "pause" in given
    try:
        (pause if stops else resume)(
            desk.conn, of=desk.programme, reason=given.get("reason", "")[:LONGEST_REASON], by=desk.by, now=desk.now,
            **what,
        )  # fmt: skip
    except Refusal as refusal:
        told = in_words(refusal)
        messages.error(request, f"{told.title}. {told.detail} {told.remedy}")
    else:
        done = gettext("Paused: it gives nothing from now on.") if stops else gettext("It gives points again.")
        messages.success(request, done)


def _items(rulebook: Rulebook) -> list[Stoppable]:
    paused = rulebook.paused
    campaigns = [
        Stoppable("campaign", each.id, each.name, gettext("Campaign"), each.id in paused.campaigns)
        for each in rulebook.campaigns
    ]
    rules = [
        Stoppable("rule", each.id, each.name, gettext("Rule"), each.id in paused.rules) for each in rulebook.earn_rules
    ]
    return [*campaigns, *rules]
