"""An adjustment is taken back: for ten seconds as if it had never been, and for ever by a reversal."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.adjustments.commands import end_adjustment, free_limit
from regulars.domain.adjustments.contracts import UNDO_FOR, Adjustment, AdjustmentDecided, AdjustmentState
from regulars.domain.ledger.book import Book, Cause
from regulars.domain.ledger.commands import open_book
from regulars.domain.ledger.contracts import Account, CauseKind, Entry, NotEnoughPoints
from regulars.domain.ledger.queries import allocations_of, lost_of, lots_by_id
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.flows.adjust_points import code_of, found_adjustment, locked_adjustment, record_step
from regulars.flows.settle_day import settle_day
from regulars.flows.write_settled import write_settled
from regulars.kernel.clock import local_day
from regulars.kernel.errors import Conflict, NotAllowed


def undo_adjustment(
    conn: psycopg.Connection[Any], *, programme_id: int, adjustment_id: UUID, now: datetime, by: str
) -> Adjustment:
    """Takes back all of it, within ten seconds and by whoever posted it; the day's limit has it back.

    Undoing again changes nothing. Raises NotAllowed, AdjustmentDecided, NotEnoughPoints when it is spent already, and
    Conflict when it is too late: then it can be reversed.
    """
    with conn.transaction():
        rules = shelf(conn, programme_id=programme_id)
        found = locked_adjustment(conn, programme_id=programme_id, adjustment_id=adjustment_id)
        if found.state is AdjustmentState.undone and found.reversed_by == by:
            return found
        _check_posted(found)
        if found.is_over:
            raise AdjustmentDecided(found)
        if by != found.posted_by:
            raise NotAllowed(
                "not_yours_to_undo",
                "Somebody else did this",
                detail=f"{found.posted_by} moved these points, and only they can undo it.",
                remedy="Reverse it instead: that stays possible for everybody, and for ever.",
            )
        if not found.can_undo(by=by, now=now):
            raise Conflict(
                "undo_too_late",
                "It is too late to undo this",
                detail=f"It was done at {found.posted_at:%H:%M:%S} UTC, and {UNDO_FOR.seconds} seconds are over.",
                remedy="Reverse it instead: that stays possible for ever, and shows as an entry of its own.",
            )
        return _take_back(conn, rules, found, to=AdjustmentState.undone, now=now, by=by)


def reverse_adjustment(
    conn: psycopg.Connection[Any], *, programme_id: int, adjustment_id: UUID, now: datetime, by: str
) -> Adjustment:
    """Takes back a gift as far as the member still has points, or returns what was taken, by an entry of its own.

    Where the rulebook says `may_overdraw`, all of the gift is taken back, and the balance may fall below zero.
    What is reversed gives nothing back to the day's limit. Reversing again changes nothing. Raises Conflict for what
    moved no points, and when nothing is left to take back.
    """
    with conn.transaction():
        rules = shelf(conn, programme_id=programme_id)
        found = locked_adjustment(conn, programme_id=programme_id, adjustment_id=adjustment_id)
        if found.is_over:
            return found
        _check_posted(found)
        return _take_back(conn, rules, found, to=AdjustmentState.reversed, now=now, by=by)


def _check_posted(found: Adjustment) -> None:
    if found.transfer_id is None:
        raise Conflict(
            "adjustment_not_posted",
            "No points have moved",
            detail=f"The adjustment is {found.state.name}, so there is nothing to take back.",
            remedy="Decline it, if it waits and should not happen.",
        )


def _take_back(
    conn: psycopg.Connection[Any],
    rules: Shelf,
    found: Adjustment,
    *,
    to: AdjustmentState,
    now: datetime,
    by: str,
) -> Adjustment:
    programme, owner = rules.programme, found.member_id.bytes
    book = open_book(conn, owners=[owner], with_lots=True)
    today = local_day(now, programme.time_zone)
    settle_day(book, owner, found.point_type, today=today, time_zone=programme.time_zone)
    cause = Cause(CauseKind.adjustment_undone, found.id.bytes, now, to.name)
    if found.points > 0:
        overdraw = rules.in_force(now).rulebook.adjustments.may_overdraw
        whole = to is AdjustmentState.undone
        posted = [_revoke_gift(conn, book, found, cause=cause, whole=whole, overdraw=overdraw)]
    else:
        last_day = rules.in_force(now).expiry[code_of(rules, found.point_type)].last_day(today)
        posted = _return_taken(conn, book, found, cause=cause, last_day=last_day)
        # Points whose last day passed meanwhile come back and expire in the same posting.
        settle_day(book, owner, found.point_type, today=today, time_zone=programme.time_zone)
    write_settled(conn, rules, book, now=now)
    points = sum(entry.amount for entry in posted)
    end_adjustment(conn, found, to=to, reversal_id=UUID(bytes=posted[-1].id), points=points, by=by, now=now)
    if to is AdjustmentState.undone:
        free_limit(conn, found)
    record_step(conn, programme, found, f"points.{to.name}", now=now, by=by)
    return found_adjustment(conn, programme_id=programme.id, adjustment_id=found.id)


def _return_taken(
    conn: psycopg.Connection[Any], book: Book, found: Adjustment, *, cause: Cause, last_day: date | None
) -> list[Entry]:
    """Points go back to the lots that paid, with their own last day; what nobody had comes back as a lot of its own."""
    owner, point_type = found.member_id.bytes, found.point_type
    paid = allocations_of(conn, transfer_id=_transfer_of(found))
    overdrawn = -found.points - sum(each.amount for each in paid)
    posted = []
    if overdrawn:
        # First, so that it pays off what is still missing, and not the lots that go back.
        missing = Cause(CauseKind(cause.kind), cause.id, cause.occurred_at, f"{cause.reason}_overdrawn")
        posted.append(
            book.earn(owner, point_type, overdrawn, cause=missing, last_day=last_day, source=Account.adjusted)
        )
    if paid:
        lots = lots_by_id(conn, ids=[each.lot_id for each in paid])
        posted.append(book.give_back(owner, point_type, paid, lots, cause=cause, source=Account.adjusted))
    return posted


def _revoke_gift(
    conn: psycopg.Connection[Any], book: Book, found: Adjustment, *, cause: Cause, whole: bool, overdraw: bool
) -> Entry:
    """Takes back a gift: what is left of its own lot first, then others in the order in which they are spent.

    Points of it that expired are gone already. Never more than the member has, unless overdraw. whole: all of it or
    nothing. Raises NotEnoughPoints, and Conflict when nothing is left.
    """
    owner, point_type, lot_id = found.member_id.bytes, found.point_type, _transfer_of(found)
    expired = lost_of(conn, lots=[lot_id]).get(lot_id, 0)
    expired += sum(each.amount for each in book.allocations if each.lot_id == lot_id)
    available = book.balance(owner, point_type).available
    if whole:
        # What the gift paid off is missing again when the gift never was.
        available += sum(each.amount for each in allocations_of(conn, transfer_id=lot_id))
    due = found.points - expired
    amount = due if overdraw else min(due, available)
    if whole and amount < found.points:
        raise NotEnoughPoints(available=available, asked=found.points)
    if amount <= 0:
        gone = "they have expired" if due <= 0 else "they are spent"
        raise Conflict(
            "nothing_to_take_back",
            "There is nothing left to take back",
            detail=f"{found.points:,} points were given, and {gone}.",
            remedy="Leave it as it is; the entry stays in the statement.",
        )
    lots = sorted(book.in_spend_order(owner, point_type), key=lambda lot: lot.id != lot_id)
    return book.take(owner, point_type, amount, lots, Account.adjusted, cause)


def _transfer_of(found: Adjustment) -> bytes:
    if found.transfer_id is None:
        raise RuntimeError(f"adjustment {found.id} has no transfer")
    return found.transfer_id.bytes
