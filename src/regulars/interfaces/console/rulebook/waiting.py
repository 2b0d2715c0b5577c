"""Rulebooks that wait for a second person: what they would take from members, and the decision."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from regulars.domain.programmes.contracts import Proposal
from regulars.domain.programmes.queries import proposals_waiting
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.cost_ladder_change import MANY
from regulars.flows.preview_expiry_change import ExpiryChange, preview_expiry_change
from regulars.flows.preview_ladder_change import preview_ladder_change
from regulars.flows.propose_rulebook import approve_rulebook, decline_rulebook
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.labels import who
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.console.tiers.consequences import ChangeShown, change_shown
from regulars.interfaces.web import words
from regulars.kernel.errors import Refusal


@dataclass(frozen=True, slots=True)
class WaitingRulebook:
    """A proposal. losses: what it takes from members, in sentences; changes: what it does to ladders.

    out_of_date: a later version is published.
    """

    title: str
    by: str
    at: datetime
    starts: datetime
    note: str
    losses: list[str]
    changes: list[ChangeShown]
    is_own: bool
    out_of_date: bool
    approve_url: str
    decline_url: str


def waiting_rulebooks(desk: Desk) -> list[WaitingRulebook]:
    """What waits, the oldest first."""
    latest = max((each.version for each in desk.shelf.rulebooks), default=0)
    return [_shown(desk, each, latest) for each in proposals_waiting(desk.conn, programme_id=desk.programme.id)]


def _shown(desk: Desk, each: Proposal, latest: int) -> WaitingRulebook:
    rulebook = Rulebook.model_validate(each.document)
    changes = preview_expiry_change(
        desk.conn, rulebook, of=desk.programme, effective_from=each.effective_from, now=desk.now
    )
    ladders = preview_ladder_change(
        desk.conn, rulebook, of=desk.programme, effective_from=each.effective_from, now=desk.now, most=MANY
    )
    return WaitingRulebook(
        title=rulebook.name,
        by=who(each.proposed_by),
        at=each.proposed_at,
        starts=each.effective_from,
        note=each.note,
        losses=[_loss(change, rulebook.counted_in(change.point_type)) for change in changes if change.restarts],
        changes=[change_shown(change) for change in ladders],
        is_own=each.proposed_by == desk.by,
        out_of_date=each.based_on != latest,
        approve_url=reverse("console:approve-rulebook", args=[each.id]),
        decline_url=reverse("console:decline-rulebook", args=[each.id]),
    )


def _loss(change: ExpiryChange, unit: str) -> str:
    lots = change.lots
    text = ngettext(
        "%(name)s: %(count)s member loses %(amount)s at once, and %(sooner)s get an earlier last day.",
        "%(name)s: %(count)s members lose %(amount)s at once, and %(sooner)s get an earlier last day.",
        lots.at_once_owners,
    )
    return text % {
        "name": change.name,
        "count": words.number(lots.at_once_owners),
        "amount": words.amount(lots.at_once, unit),
        "sooner": words.amount(lots.earlier, unit),
    }


@operator_page("rulebook")
def approve(request: HttpRequest, desk: Desk, proposal: int) -> HttpResponse:
    """The version is published; what cannot be approved says why."""
    return _decided(request, desk, proposal, approve_rulebook, gettext("Approved. The version is published."))


@operator_page("rulebook")
def decline(request: HttpRequest, desk: Desk, proposal: int) -> HttpResponse:
    """It is not published."""
    return _decided(request, desk, proposal, decline_rulebook, gettext("Declined. Nothing has changed for members."))


def _decided(request: HttpRequest, desk: Desk, proposal: int, verb: Callable[..., Proposal], said: str) -> HttpResponse:
    if request.method == "POST":
        try:
            verb(desk.conn, of=desk.programme, proposal_id=proposal, by=desk.by, now=desk.now)
        except Refusal as refusal:
            told = in_words(refusal)
            messages.error(request, f"{told.title}. {told.detail} {told.remedy}")
        else:
            messages.success(request, said)
    return redirect("console:rulebook")
