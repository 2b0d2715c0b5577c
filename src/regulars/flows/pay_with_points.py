"""Points pay for part of an order: out of the balance, or out of a hold that a till had placed for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.events.contracts import PaidOut, PointsUsed
from regulars.domain.events.intake import Checked
from regulars.domain.ledger.book import Cause
from regulars.domain.ledger.commands import EndedHold
from regulars.domain.ledger.contracts import (
    CauseKind,
    Hold,
    HoldNotFound,
    HoldState,
    NotEnoughPoints,
)
from regulars.domain.ledger.holds import holds_by_id
from regulars.domain.programmes.rulebook import CompiledRulebook
from regulars.flows.blocked import blocked_refusal
from regulars.flows.desk import Desk
from regulars.flows.hold_points import give_back_rest
from regulars.flows.hold_refusals import bad_settlement, hold_expired, hold_not_open, hold_of_other_points
from regulars.flows.member_file import MemberFile
from regulars.flows.settle_day import settle_day
from regulars.kernel.clock import local_day
from regulars.kernel.errors import Refusal
from regulars.kernel.ids import id_text

PAYMENT = "payment"
"""The reason of entries by which points pay for an order, and come back when it is returned."""


def holds_named(conn: psycopg.Connection[Any], events: Sequence[Checked]) -> dict[UUID, Hold]:
    """The holds that orders of the batch name, where any does. Their owners must be locked to rely on them."""
    named = [
        used.hold
        for each in events
        if each.event.order is not None and (used := each.event.order.points_used) is not None and used.hold is not None
    ]
    return holds_by_id(conn, ids=list(dict.fromkeys(named))) if named else {}


def check_payment(desk: Desk, file: MemberFile, used: PointsUsed, rulebook: CompiledRulebook) -> None:
    """Raises Refusal where the points that pay for an order are not there. What is due is settled before."""
    if file.is_blocked:
        raise blocked_refusal(field="order.points_used")
    number = rulebook.point_type_ids.get(used.point_type)
    if number is None:
        raise Refusal(
            "unknown_point_type",
            "This point type does not exist",
            detail=f"The programme has no point type {used.point_type!r}.",
            remedy=f"Use one of {', '.join(sorted(rulebook.point_type_ids))}.",
            field="order.points_used.point_type",
        )
    if used.hold is not None:
        _check_hold(desk, file, used, used.hold, number)
        return
    time_zone = desk.rules.programme.time_zone
    settle_day(desk.book, file.id, number, today=local_day(desk.now, time_zone), time_zone=time_zone)
    available = desk.book.balance(file.id, number).available
    if used.points > available:
        refusal = NotEnoughPoints(available=available, asked=used.points)
        refusal.field = "order.points_used.points"
        raise refusal


def _check_hold(desk: Desk, file: MemberFile, used: PointsUsed, hold_id: UUID, point_type: int) -> None:
    """Raises Refusal unless the hold is the member's own, stands for itself, is open, and has so many points."""
    field = "order.points_used.hold"
    found = desk.holds.get(hold_id)
    if found is None or found.owner.bytes != file.id or found.cause_kind is not CauseKind.hold:
        refusal = HoldNotFound(hold_id)
        refusal.field = field
        raise refusal
    if found.state is not HoldState.open:
        raise hold_not_open(found, field=field)
    if found.expires_at <= desk.now:
        raise hold_expired(found, field=field)
    if found.point_type != point_type:
        code = next(code for code, number in desk.rules.point_types.items() if number == found.point_type)
        raise hold_of_other_points(code, used.point_type, field="order.points_used.point_type")
    if used.points > found.amount:
        raise bad_settlement(found, used.points, field="order.points_used.points")


def pay(
    desk: Desk, file: MemberFile, event: Checked, used: PointsUsed, event_id: bytes, rulebook: CompiledRulebook
) -> PaidOut:
    """Points pay for part of the order. That they are there was asked before (check_payment)."""
    number = rulebook.point_type_ids[used.point_type]
    cause = Cause(CauseKind.event, event_id, event.occurrence.occurred_at, PAYMENT)
    if used.hold is None:
        entry = desk.book.spend(file.id, number, used.points, cause=cause)
        return PaidOut("pay_with_points", used.point_type, used.points, id_text(entry.id))
    found = desk.holds[used.hold]
    entry = desk.book.settle(file.id, number, used.points, cause=cause)
    if used.points < found.amount:
        give_back_rest(desk.look_up, desk.book, desk.rules, found, found.amount - used.points, now=desk.now)
    ended = EndedHold(found.id, HoldState.settled, used.points, entry.id, event.event.source)
    desk.end_hold(ended, order_event=UUID(bytes=event_id))
    return PaidOut("pay_with_points", used.point_type, used.points, id_text(entry.id), str(used.hold))
