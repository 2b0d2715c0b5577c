"""A till sets points aside while an order is not finished: they are settled, all of them or a part, or let go.

Of points that were set aside, those that expire first are spent first; what is not needed goes back to its lots.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.ledger.book import Book, Cause
from regulars.domain.ledger.commands import EndedHold, end_holds, open_book, record_hold
from regulars.domain.ledger.contracts import Account, CauseKind, Hold, HoldNotFound, HoldState
from regulars.domain.ledger.holds import hold
from regulars.domain.members.commands import lock_members
from regulars.domain.members.contracts import MemberStatus
from regulars.domain.members.queries import existing
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.flows.blocked import blocked_refusal
from regulars.flows.hold_refusals import bad_settlement, hold_expired, hold_not_open
from regulars.flows.look_up import LookUp, Tables
from regulars.flows.open_profile import member_not_found
from regulars.flows.settle_day import settle_day
from regulars.flows.write_settled import write_settled
from regulars.kernel.clock import local_day
from regulars.kernel.errors import Conflict, Refusal
from regulars.kernel.ids import new_id
from regulars.kernel.text import clean

HOLD_LASTS = timedelta(minutes=15)
LONGEST_HOLD = timedelta(days=30)
LONGEST_PURPOSE = 200
MOST_POINTS = 1_000_000_000


def hold_points(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    member_id: UUID,
    points: int,
    purpose: str,
    now: datetime,
    by: str,
    point_type: str = "points",
    lasts: timedelta = HOLD_LASTS,
) -> Hold:
    """Sets points of the member's own aside for a while. Raises Refusal; nothing is written then.

    purpose: what for, such as the number of the order; the member reads it. lasts: then they come back by themselves.
    """
    purpose = clean(purpose, longest=LONGEST_PURPOSE, field="purpose")
    _check(points, lasts)
    with conn.transaction():
        rules = shelf(conn, programme_id=programme_id)
        number = rules.point_types.get(point_type)
        if number is None:
            raise _unknown_point_type(rules, point_type)
        if not existing(conn, programme_id=programme_id, ids=[member_id.bytes]):
            raise member_not_found(member_id)
        _check_status(lock_members(conn, [member_id.bytes])[member_id.bytes].status)
        book = open_book(conn, owners=[member_id.bytes], with_lots=True)
        _settle_day(book, rules, member_id, number, now=now)
        identifier = new_id(member_id.int & 0xFF)
        cause = Cause(CauseKind.hold, identifier.bytes, now, "held")
        entry = book.spend(member_id.bytes, number, points, cause=cause, target=Account.held)
        write_settled(conn, rules, book, now=now)
        record_hold(
            conn,
            hold_id=identifier,
            organisation_id=rules.programme.organisation_id,
            owner=member_id.bytes,
            point_type=number,
            amount=points,
            transfer_id=entry.id,
            now=now,
            lasts=lasts,
            purpose=purpose,
            by=by,
        )
        return known_hold(conn, member_id=member_id, hold_id=identifier)


def settle_hold(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    member_id: UUID,
    hold_id: UUID,
    now: datetime,
    by: str,
    points: int | None = None,
) -> Hold:
    """Points that were set aside are spent for good, and the rest goes back. points: how many; None: all.

    Settling again with the same number changes nothing. Raises Conflict, and Refusal for more than was set aside.
    """
    with conn.transaction():
        rules, status, found = locked_hold(conn, programme_id=programme_id, member_id=member_id, hold_id=hold_id)
        spent = found.amount if points is None else points
        mine = found.order_event is None
        if found.state is HoldState.settled and found.settled == spent and mine:
            return found
        if found.state is not HoldState.open:
            raise hold_not_open(found)
        _check_status(status)
        if found.expires_at <= now:
            raise hold_expired(found)
        if not 1 <= spent <= found.amount:
            raise bad_settlement(found, spent)
        book = open_book(conn, owners=[member_id.bytes], with_lots=spent < found.amount)
        cause = Cause(CauseKind.hold, hold_id.bytes, now, "settled")
        entry = book.settle(member_id.bytes, found.point_type, spent, cause=cause)
        if spent < found.amount:
            give_back_rest(Tables(conn), book, rules, found, found.amount - spent, now=now)
        end_holds(conn, [EndedHold(hold_id, HoldState.settled, spent, entry.id, by)], now=now)
        write_settled(conn, rules, book, now=now)
        return known_hold(conn, member_id=member_id, hold_id=hold_id)


def release_hold(
    conn: psycopg.Connection[Any], *, programme_id: int, member_id: UUID, hold_id: UUID, now: datetime, by: str
) -> Hold:
    """Lets go of all that was set aside. Releasing again changes nothing. Raises Conflict once it was settled."""
    with conn.transaction():
        rules, _, found = locked_hold(conn, programme_id=programme_id, member_id=member_id, hold_id=hold_id)
        if found.state is HoldState.released:
            return found
        if found.state is not HoldState.open:
            raise hold_not_open(found)
        end_holds(conn, [EndedHold(hold_id, HoldState.released, by=by)], now=now)
        book = open_book(conn, owners=[member_id.bytes], with_lots=True)
        give_back_rest(Tables(conn), book, rules, found, found.amount, now=now)
        write_settled(conn, rules, book, now=now)
        return known_hold(conn, member_id=member_id, hold_id=hold_id)


def known_hold(conn: psycopg.Connection[Any], *, member_id: UUID, hold_id: UUID) -> Hold:
    """A hold of the member that stands for itself. Raises HoldNotFound, also for the hold of a redemption."""
    found = hold(conn, hold_id=hold_id)
    if found is None or found.owner != member_id or found.cause_kind is not CauseKind.hold:
        raise HoldNotFound(hold_id)
    return found


def locked_hold(
    conn: psycopg.Connection[Any], *, programme_id: int, member_id: UUID, hold_id: UUID
) -> tuple[Shelf, int, Hold]:
    """The hold as nobody else changes it until the transaction ends, and the member's status."""
    rules = shelf(conn, programme_id=programme_id)
    if not existing(conn, programme_id=programme_id, ids=[member_id.bytes]):
        raise member_not_found(member_id)
    status = lock_members(conn, [member_id.bytes])[member_id.bytes].status
    return rules, status, known_hold(conn, member_id=member_id, hold_id=hold_id)


def give_back_rest(look_up: LookUp, book: Book, rules: Shelf, found: Hold, points: int, *, now: datetime) -> None:
    """What is not needed goes to the lots that paid, the last used first; what had its last day meanwhile expires."""
    paid, lots = look_up.lots_of_hold(found.transfer_id.bytes)
    cause = Cause(CauseKind.hold, found.id.bytes, now, "released")
    book.give_back(
        found.owner.bytes, found.point_type, paid, lots, cause=cause, source=Account.held, amount=points
    )  # fmt: skip
    _settle_day(book, rules, found.owner, found.point_type, now=now)


def _settle_day(book: Book, rules: Shelf, member_id: UUID, point_type: int, *, now: datetime) -> None:
    zone = rules.programme.time_zone
    settle_day(book, member_id.bytes, point_type, today=local_day(now, zone), time_zone=zone)


def _check(points: int, lasts: timedelta) -> None:
    if not 1 <= points <= MOST_POINTS:
        raise Refusal(
            "bad_hold",
            "The points cannot be set aside like this",
            detail=f"{points:,} is not a number of points to set aside.",
            remedy="Set aside at least 1 point.",
            field="points",
        )
    if not timedelta(minutes=1) <= lasts <= LONGEST_HOLD:
        raise Refusal(
            "bad_hold",
            "The points cannot be set aside like this",
            detail=f"{lasts.total_seconds() / 60:,.0f} minutes is no time for which points are set aside.",
            remedy=f"Set them aside for 1 minute or more, and at most {LONGEST_HOLD.days} days.",
            field="minutes",
        )


def _check_status(status: int) -> None:
    if status == MemberStatus.blocked:
        raise blocked_refusal(field="member")
    if status != MemberStatus.active:
        raise Conflict(
            "member_not_active",
            "The member is not active",
            detail="Only an active member can spend points.",
            remedy="Make the member active again first.",
            field="member",
        )


def _unknown_point_type(rules: Shelf, code: str) -> Refusal:
    return Refusal(
        "unknown_point_type",
        "This point type does not exist",
        detail=f"The programme has no point type {code!r}.",
        remedy=f"Use one of {', '.join(sorted(rules.point_types))}.",
        field="point_type",
    )
