"""What staff have to hand over or to send: the queue, and what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from regulars.domain.members.queries import names_of
from regulars.domain.rewards.contracts import QueuePlace, Waiting
from regulars.domain.rewards.gifts import ItemToHandOver
from regulars.domain.rewards.queries import donated, waiting_parts
from regulars.flows.fulfil_redemption import hand_over
from regulars.interfaces.console.desk import Desk, operator_page
from regulars.interfaces.console.refusals import in_words
from regulars.interfaces.web import words
from regulars.kernel.clock import local_day
from regulars.kernel.errors import Refusal

SHOWN = 50
_FILTERS = {"": None, "counter": False, "send": True}


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One thing in the queue. left: how many are still to be handed over, of how many."""

    at: datetime
    member: str
    member_url: str
    what: str
    reward: str
    is_sent: bool
    last_day: date | None
    is_over: bool
    left: int
    quantity: int
    url: str


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of the queue."""

    title: str
    url: str
    is_current: bool


@operator_page("rewards")
def queue(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The oldest first; ?how= shows what is handed over at the counter, or what is sent, alone."""
    how = request.GET.get("how", "")
    how = how if how in _FILTERS else ""
    found = waiting_parts(
        desk.conn,
        programme_id=desk.programme.id,
        is_sent=_FILTERS[how],
        after=QueuePlace.read(request.GET.get("after", "")),
        limit=SHOWN + 1,
    )
    shown = found[:SHOWN]
    names = names_of(desk.conn, member_ids=[each.part.member_id for each in shown])
    address = reverse("console:reward-queue")
    currency = desk.programme.currency
    context = {
        "waiting": [_row(desk, each, names.get(each.part.member_id, "")) for each in shown],
        "tabs": [
            Tab(gettext("All"), address, not how),
            Tab(gettext("At the counter"), f"{address}?how=counter", how == "counter"),
            Tab(gettext("To send"), f"{address}?how=send", how == "send"),
        ],
        "older": f"{address}?how={how}&after={shown[-1].place.written()}" if len(found) > SHOWN else "",
        "donations": [
            (charity, _times(number), words.money(amount, currency))
            for charity, number, amount in donated(desk.conn, programme_id=desk.programme.id)
        ],
    }
    return desk.page(request, "console/rewards/queue.html", context)


@operator_page("rewards")
def handed_over(request: HttpRequest, desk: Desk, redemption: UUID, part: int) -> HttpResponse:
    """So many of one thing were handed over, or sent."""
    back = redirect("console:reward-queue")
    if request.method != "POST":
        return back
    typed = request.POST.get("count", "")
    try:
        done = hand_over(
            desk.conn, programme_id=desk.programme.id, redemption_id=redemption, now=desk.now, by=desk.by, part=part,
            count=int(typed) if typed.isdecimal() and len(typed) < 6 else None,
        )  # fmt: skip
    except Refusal as refusal:
        said = in_words(refusal)
        messages.error(request, f"{said.title}. {said.detail} {said.remedy}")
    else:
        messages.success(request, gettext("%(reward)s: it is noted.") % {"reward": done.reward_name})
    return back


def _times(number: int) -> str:
    return ngettext("%(count)s time", "%(count)s times", number) % {"count": words.number(number)}


def _row(desk: Desk, each: Waiting, name: str) -> WaitingRow:
    part = each.part
    return WaitingRow(
        at=part.granted_at,
        member=name or gettext("Without a name"),
        member_url=reverse("console:member", args=[part.member_id]) + "?tab=rewards",
        what=words.said(part.gift.words(desk.programme.currency)),
        reward=each.reward_name,
        is_sent=isinstance(part.gift, ItemToHandOver) and part.gift.is_sent,
        last_day=part.last_day,
        is_over=part.last_day is not None and part.last_day < local_day(desk.now, desk.programme.time_zone),
        left=part.quantity - part.fulfilled,
        quantity=part.quantity,
        url=reverse("console:handed-over", args=[part.redemption_id, part.part]),
    )
