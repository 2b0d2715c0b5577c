"""What I have redeemed: the list, and one of them with its code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from regulars.domain.merges.queries import parts_of
from regulars.domain.rewards.contracts import Due, GrantedPart, Redemption
from regulars.domain.rewards.queries import granted_parts, redemptions_of_member
from regulars.domain.rewards.reward_type import reward_type
from regulars.interfaces.portal.labels import Label
from regulars.interfaces.portal.qr import qr
from regulars.interfaces.portal.rewards.giving import can_be_undone, gift_lines, is_ready, state_of
from regulars.interfaces.portal.rewards.redeeming import own_redemption
from regulars.interfaces.portal.rewards.sharing import shares_paid
from regulars.interfaces.portal.visit import Visit, member_page
from regulars.interfaces.web import words
from regulars.kernel.clock import local_day

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Mine:
    """A redeemed reward in the list. is_ready: something of it is still to come."""

    name: str
    at: datetime
    last_day: date | None
    price: str
    state: Label
    is_ready: bool
    url: str


@member_page("rewards")
def mine(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Ready ones first, then the past."""
    today = local_day(visit.now, visit.programme.time_zone)
    parts = parts_of(visit.conn, member_id=visit.person.id)
    found = redemptions_of_member(visit.conn, member_ids=parts, limit=MOST_SHOWN)
    gave = granted_parts(visit.conn, redemption_ids=[each.id for each in found])
    shown = [_mine(each, visit.told(each.reward_name), gave.get(each.id, []), today) for each in found]
    context = {
        "ready": [each for each in shown if each.is_ready],
        "past": [each for each in shown if not each.is_ready],
    }
    return visit.page(request, "portal/rewards/mine.html", context)


@member_page("rewards")
def redemption(request: HttpRequest, visit: Visit, redemption: UUID) -> HttpResponse:
    """The code as text and as QR, its last day, how to use it, and the way back."""
    found = own_redemption(visit, redemption)
    today = local_day(visit.now, visit.programme.time_zone)
    kind = reward_type(found.reward_type, found.parameters)
    parts = granted_parts(visit.conn, redemption_ids=[found.id]).get(found.id, [])
    ready = is_ready(found, parts, today)
    has_code = any(each.due is Due.use and each.is_open for each in parts)
    context = {
        "redemption": found,
        "state": state_of(found, parts, today),
        "is_ready": ready,
        "can_be_undone": can_be_undone(found, parts, today),
        "gave": gift_lines(parts, currency=visit.programme.currency, today=today),
        "gives": words.said(kind.words(currency=visit.programme.currency)),
        "price": words.amount(found.price),
        "paid_by": shares_paid(visit, found),
        "code": qr(found.voucher_code) if ready and has_code and found.voucher_code else "",
    }
    return visit.page(request, "portal/rewards/redemption.html", context)


def _mine(each: Redemption, name: str, parts: Sequence[GrantedPart], today: date) -> Mine:
    days = [part.last_day for part in parts if part.last_day is not None]
    return Mine(
        name=name,
        at=each.created_at,
        last_day=min(days) if days else None,
        price=words.amount(each.price),
        state=state_of(each, parts, today),
        is_ready=is_ready(each, parts, today),
        url=reverse("portal:redemption", args=[each.id]),
    )
