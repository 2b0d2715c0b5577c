"""Points of a member that are set aside, or were: for what, until when; letting them go, and giving them back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from regulars.domain.events.queries import events_by_id
from regulars.domain.ledger.contracts import CauseKind, Hold, HoldState
from regulars.domain.ledger.holds import holds_of
from regulars.domain.members.queries import names_of
from regulars.domain.rewards.queries import redemption
from regulars.flows.give_back_hold import LONGEST_REASON, give_back_hold
from regulars.flows.hold_points import known_hold, release_hold
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.members.reading import known_member, unit_of
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.web import words
from regulars.interfaces.web.forms import KitForm
from regulars.kernel.errors import Refusal

MOST_SHOWN = 50
MOST_SETTLED = 5
SETTLED_SHOWN = timedelta(days=30)
"""How long a hold is listed after it was settled."""


class GiveBackForm(KitForm):
    """reason: for colleagues."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("Only colleagues see it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@dataclass(frozen=True, slots=True)
class HoldShown:
    """A hold. unit: what its points are counted in. text: until when, or what became of it.

    release_url: empty where a redemption placed it, or it has ended. give_back_url: of what was spent without an order.
    """

    points: int
    unit: str
    kind: str
    purpose: str
    text: str
    release_url: str = ""
    give_back_url: str = ""


@dataclass(frozen=True, slots=True)
class HoldsShown:
    """open: what is set aside now; settled: what was spent lately, of holds that stand for themselves."""

    open: list[HoldShown]
    settled: list[HoldShown]


def holds_shown(desk: Desk, member: UUID) -> HoldsShown | None:
    """What the panel lists, the latest first; None: nothing."""
    found = holds_of(desk.conn, owner=member, only_open=True, limit=MOST_SHOWN)
    past = holds_of(desk.conn, owner=member, cause_kind=CauseKind.hold, only_ended=True, limit=MOST_SHOWN)
    lately = [each for each in past if each.settled and _ended(each) > desk.now - SETTLED_SHOWN][:MOST_SETTLED]
    if not found and not lately:
        return None
    paid = events_by_id(desk.conn, event_ids=[each.order_event for each in lately if each.order_event])
    numbers = {event.id: event.order_number or "" for event in paid.values()}
    return HoldsShown([_open(desk, each) for each in found], [_settled(desk, each, numbers) for each in lately])


def _open(desk: Desk, each: Hold) -> HoldShown:
    kind, unit = unit_of(desk, each.point_type)
    until = gettext("until %(when)s") % {"when": words.moment(each.expires_at)}
    if each.cause_kind is not CauseKind.hold:
        taken = redemption(desk.conn, programme_id=desk.programme.id, redemption_id=each.cause)
        name = taken.reward_name if taken else gettext("A reward")
        return HoldShown(each.amount, unit, kind, name, until)
    url = reverse("console:release-hold", args=[each.owner, each.id])
    return HoldShown(each.amount, unit, kind, each.purpose or gettext("At the till"), until, release_url=url)


def _settled(desk: Desk, each: Hold, numbers: dict[UUID, str]) -> HoldShown:
    kind, unit = unit_of(desk, each.point_type)
    values = {
        "day": words.day(_ended(each)),
        "all": words.points(each.amount, unit),
        "number": words.isolated(numbers.get(each.order_event, "")) if each.order_event else "",
        "reason": words.named(each.given_back_for),
    }
    url = ""
    if each.order_event is not None:
        text = gettext("paid for order %(number)s on %(day)s") % values
    elif each.state is HoldState.given_back:
        values["day"] = words.day(each.given_back_at or _ended(each))
        text = gettext("given back on %(day)s: %(reason)s") % values
    else:
        url = reverse("console:give-back-hold", args=[each.owner, each.id])
        text = gettext("spent on %(day)s, of %(all)s") % values
    return HoldShown(each.settled, unit, kind, each.purpose or gettext("At the till"), text, give_back_url=url)


def _ended(each: Hold) -> datetime:
    return each.closed_at or each.expires_at


@operator_page("members")
def release(request: HttpRequest, desk: Desk, member: UUID, hold: UUID) -> HttpResponse:
    """Lets go of points that nobody needs any more; a second click changes nothing."""
    known_member(desk, member)
    if request.method == "POST":
        try:
            done = release_hold(
                desk.conn, programme_id=desk.programme.id, member_id=member, hold_id=hold, now=desk.now, by=desk.by
            )
        except Refusal as refusal:
            said = in_words(refusal)
            messages.error(request, f"{said.title}. {said.detail} {said.remedy}")
        else:
            amount = words.amount(done.amount, unit_of(desk, done.point_type)[1])
            messages.success(request, gettext("Can be spent again: %(amount)s.") % {"amount": amount})
    return redirect("console:member", member)


@operator_page("members")
def give_back(request: HttpRequest, desk: Desk, member: UUID, hold: UUID) -> HttpResponse:
    """Asks why, then gives back what the hold had settled."""
    known_member(desk, member)
    found = known_hold(desk.conn, member_id=member, hold_id=hold)
    form = GiveBackForm(request.POST) if request.method == "POST" else GiveBackForm()
    name = names_of(desk.conn, member_ids=[member]).get(member) or gettext("Member")
    values = {"amount": words.amount(found.settled, unit_of(desk, found.point_type)[1]), "name": name}
    if form.is_bound and form.is_valid():
        try:
            give_back_hold(
                desk.conn, programme_id=desk.programme.id, member_id=member, hold_id=hold,
                reason=form.cleaned_data["reason"], now=desk.now, by=desk.by,
            )  # fmt: skip
        except Refusal as refusal:
            form.refuse(in_words(refusal))
        else:
            messages.success(request, gettext("Back with %(name)s: %(amount)s.") % values)
            return redirect("console:member", member)
    context = {
        "back_url": reverse("console:member", args=[member]),
        "back_label": name,
        "heading": gettext("Give back to %(name)s: %(amount)s?") % values,
        "subtitle": gettext("Each point goes back to where it came from, with the last day it had, or days of grace."),
        "form_template": "console/members/give_back_form.html",
        "form": form,
    }
    return desk.page(request, "console/form_page.html", context, status=422 if form.is_bound else 200)
