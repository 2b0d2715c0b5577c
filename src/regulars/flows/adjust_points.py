"""Staff give or take points, with a reason, a note for colleagues and a message for the member.

Posted at once, and counted for the operator's day; above the rulebook's threshold it waits for a second person.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import psycopg

from regulars.domain.adjustments.commands import post_adjustment, record_adjustment, use_limit
from regulars.domain.adjustments.contracts import Adjustment, AdjustmentNotFound
from regulars.domain.adjustments.queries import adjustment
from regulars.domain.audit.commands import record_act
from regulars.domain.ledger.book import Cause
from regulars.domain.ledger.commands import open_book
from regulars.domain.ledger.contracts import Account, CauseKind, NotEnoughPoints
from regulars.domain.members.commands import lock_members
from regulars.domain.members.contracts import MemberStatus
from regulars.domain.members.queries import member
from regulars.domain.programmes.adjustment_policy import MOST_POINTS, AdjustmentPolicy, AdjustmentReason
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.flows.merge_refusals import merged_refusal
from regulars.flows.open_profile import member_not_found
from regulars.flows.settle_day import settle_day
from regulars.flows.stored_value.refusals import paid_money
from regulars.flows.write_settled import write_settled
from regulars.kernel.clock import local_day
from regulars.kernel.errors import Conflict, Refusal
from regulars.kernel.ids import new_id
from regulars.kernel.text import clean

Found = TypeVar("Found")


class Wish(NamedTuple):
    """What one form or call asks for."""

    member_id: UUID
    point_type: int
    points: int
    reason: str
    note: str
    message: str
    by: str


def adjust_points(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    member_id: UUID,
    points: int,
    reason: str,
    now: datetime,
    by: str,
    note: str = "",
    message: str = "",
    point_type: str = "points",
    identifier: UUID | None = None,
) -> Adjustment:
    """Gives (points > 0) or takes (points < 0), or asks a second person to. Raises Refusal; nothing is written then.

    note: for colleagues; message: shown to the member beside the entry. identifier: drawn by the caller in the member's
    bucket; the same one again changes nothing and gives the first result.
    """
    note, message = clean(note, longest=500, field="note"), clean(message, longest=200, field="message")
    _check_amount(points)
    with conn.transaction():
        rules = shelf(conn, programme_id=programme_id)
        policy = rules.in_force(now).rulebook.adjustments
        chosen, number = chosen_reason(policy, reason), _of_point_type(rules.point_types, point_type)
        if point_type == rules.in_force(now).rulebook.stored_value.point_type:
            raise paid_money()
        _lock_open_member(conn, member_id, programme_id=programme_id)
        wish = Wish(member_id, number, points, reason, note, message, by)
        earlier = identifier and adjustment(conn, programme_id=programme_id, adjustment_id=identifier)
        if earlier:
            return _repeated(earlier, wish)
        found = _record(conn, rules, wish, identifier=identifier, reason_name=chosen.name, now=now)
        waits = policy.needs_approval(points)
        if waits:
            _check_balance(conn, rules, found, now=now)
        else:
            post(conn, rules, found, limit=policy.daily_limit, now=now)
        record_step(conn, rules.programme, found, "points.proposed" if waits else "points.adjusted", now=now, by=by)
        return found_adjustment(conn, programme_id=programme_id, adjustment_id=found.id)


def post(
    conn: psycopg.Connection[Any],
    rules: Shelf,
    found: Adjustment,
    *,
    limit: int | None,
    now: datetime,
    decided_by: str | None = None,
) -> None:
    """Moves the points of an adjustment that waits, and counts them for the day of who asked for it.

    Points that are due expire first: they can be neither taken nor given on top of. Raises NotEnoughPoints and
    DailyLimitReached.
    """
    programme, owner, points = rules.programme, found.member_id.bytes, found.points
    book = open_book(conn, owners=[owner], with_lots=True)
    today = local_day(now, programme.time_zone)
    settle_day(book, owner, found.point_type, today=today, time_zone=programme.time_zone)
    cause = Cause(CauseKind.adjustment, found.id.bytes, now, found.reason)
    rulebook = rules.in_force(now)
    if points > 0:
        code = code_of(rules, found.point_type)
        entry = book.earn(
            owner,
            found.point_type,
            points,
            cause=cause,
            last_day=_of_point_type(rulebook.expiry, code).last_day(today),
            source=Account.adjusted,
            renewable=code in rulebook.renewing,
        )
    else:
        overdraw = rulebook.rulebook.adjustments.may_overdraw
        entry = book.spend(owner, found.point_type, -points, cause=cause, target=Account.adjusted, overdraw=overdraw)
    # After the member and never before, so that parallel adjustments of one operator cannot wait in a circle.
    use_limit(
        conn,
        organisation_id=programme.organisation_id,
        programme_id=programme.id,
        by=found.by,
        day=today,
        point_type=found.point_type,
        points=points,
        limit=limit,
    )
    write_settled(conn, rules, book, now=now)
    post_adjustment(conn, found, transfer_id=UUID(bytes=entry.id), day=today, now=now, decided_by=decided_by)


def found_adjustment(conn: psycopg.Connection[Any], *, programme_id: int, adjustment_id: UUID) -> Adjustment:
    """The adjustment. Raises AdjustmentNotFound."""
    found = adjustment(conn, programme_id=programme_id, adjustment_id=adjustment_id)
    if found is None:
        raise AdjustmentNotFound(adjustment_id)
    return found


def locked_adjustment(
    conn: psycopg.Connection[Any], *, programme_id: int, adjustment_id: UUID, to_move: bool = True
) -> Adjustment:
    """The adjustment as it stands, its member held until the transaction ends. to_move: points are about to move."""
    found = found_adjustment(conn, programme_id=programme_id, adjustment_id=adjustment_id)
    if to_move:
        _lock_open_member(conn, found.member_id, programme_id=programme_id)
    else:
        lock_members(conn, [found.member_id.bytes])
    return found_adjustment(conn, programme_id=programme_id, adjustment_id=adjustment_id)


def record_step(
    conn: psycopg.Connection[Any], programme: Programme, found: Adjustment, action: str, *, now: datetime, by: str
) -> None:
    """What happened to an adjustment, for the audit trail."""
    record_act(
        conn,
        entry_id=new_id(found.member_id.int & 0xFF),
        organisation_id=programme.organisation_id,
        programme_id=programme.id,
        now=now,
        by=by,
        action=action,
        subject=found.member_id,
        details={
            "adjustment": str(found.id), "points": found.points, "point_type": found.point_type,
            "reason": found.reason, "reason_name": found.reason_name, "note": found.note, "message": found.message,
        },
    )  # fmt: skip


def code_of(rules: Shelf, point_type: int) -> str:
    """The code of a point type that the ledger knows by number."""
    return next(code for code, number in rules.point_types.items() if number == point_type)


def _lock_open_member(conn: psycopg.Connection[Any], member_id: UUID, *, programme_id: int) -> None:
    if member(conn, programme_id=programme_id, member_id=member_id) is None:
        raise member_not_found(member_id)
    status = lock_members(conn, [member_id.bytes])[member_id.bytes].status
    if status == MemberStatus.merged:
        raise merged_refusal(field="member")
    if status == MemberStatus.closed:
        raise _closed()


def _check_balance(conn: psycopg.Connection[Any], rules: Shelf, found: Adjustment, *, now: datetime) -> None:
    """Nobody is asked to approve what could not be done now."""
    owner = found.member_id.bytes
    book = open_book(conn, owners=[owner], with_lots=True, to_write=False)
    time_zone = rules.programme.time_zone
    settle_day(book, owner, found.point_type, today=local_day(now, time_zone), time_zone=time_zone)
    available = book.balance(owner, found.point_type).available
    if -found.points > available and not rules.in_force(now).rulebook.adjustments.may_overdraw:
        raise NotEnoughPoints(available=available, asked=-found.points)


def _record(
    conn: psycopg.Connection[Any],
    rules: Shelf,
    wish: Wish,
    *,
    identifier: UUID | None,
    reason_name: str,
    now: datetime,
) -> Adjustment:
    programme = rules.programme
    identifier = identifier or new_id(wish.member_id.int & 0xFF)
    record_adjustment(
        conn,
        adjustment_id=identifier,
        organisation_id=programme.organisation_id,
        programme_id=programme.id,
        reason_name=reason_name,
        now=now,
        **wish._asdict(),
    )
    return found_adjustment(conn, programme_id=programme.id, adjustment_id=identifier)


def _repeated(earlier: Adjustment, wish: Wish) -> Adjustment:
    first = Wish(
        earlier.member_id, earlier.point_type, earlier.points, earlier.reason, earlier.note, earlier.message,
        earlier.by,
    )  # fmt: skip
    if first == wish:
        return earlier
    raise Conflict(
        "adjustment_repeated",
        "This form was sent before",
        detail=f"It gave or took {abs(earlier.points):,} points then, and now says something else.",
        remedy="Open the form anew to give or take more.",
    )


def _check_amount(points: int) -> None:
    if points == 0 or abs(points) > MOST_POINTS:
        raise Refusal(
            "bad_adjustment",
            "The number of points is out of range",
            detail=f"{points:,} points were asked for; one adjustment moves from 1 to {MOST_POINTS:,}.",
            remedy="Enter a number of points above zero to give, below zero to take.",
            field="points",
        )


def chosen_reason(policy: AdjustmentPolicy, code: str) -> AdjustmentReason:
    """The reason of that code in the rulebook. Raises Refusal."""
    chosen = policy.reason(code)
    if chosen is None:
        raise Refusal(
            "not_a_choice",
            "This is none of the choices",
            detail=f"The rulebook has no reason {code[:40]!r}.",
            remedy=f"Choose one of {', '.join(each.id for each in policy.reasons)}.",
            field="reason",
        )
    return chosen


def _of_point_type(known: dict[str, Found], code: str) -> Found:
    if code not in known:
        raise Refusal(
            "unknown_point_type",
            "This point type does not exist",
            detail=f"The programme has no point type {code!r}.",
            remedy=f"Use one of {', '.join(sorted(known))}.",
            field="point_type",
        )
    return known[code]


def _closed() -> Conflict:
    return Conflict(
        "member_not_active",
        "The member is not active",
        detail="The membership is closed, so its balance no longer moves.",
        remedy="Enrol the member anew.",
        field="member",
    )
