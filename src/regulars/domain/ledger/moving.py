"""Points move from one owner to another with everything that they are, and back: two members become one.

Each movement is a pair of postings for one cause, so the points of the programme stay what they are. Nothing is earned
or spent by it: last day, time of earning, and what pending points wait for, stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from regulars.domain.ledger.activation_policy import Term
from regulars.domain.ledger.book import Book, Cause
from regulars.domain.ledger.contracts import Account, Allocation, CauseKind, Entry, OpenLot, PendingLot

SPARE = "_overdrawn"
"""Ends the reason of an entry that gives back what no lot had paid."""


class Moved(NamedTuple):
    """A movement in the book. absorbed: of the points, those that paid off the receiver's deficit at once.

    gone: the giver's entry. come: the receiver's entry; where a lot moved, the id of its new lot as well.
    """

    points: int
    absorbed: int
    gone: Entry
    come: Entry


def move_lot(book: Book, lot: OpenLot, giver: bytes, receiver: bytes, point_type: int, *, cause: Cause) -> Moved:
    """What is left of a lot becomes a lot of the receiver; a deficit there is paid off first."""
    points = lot.remaining
    absorbed = min(points, max(-book.balance(receiver, point_type).available, 0))
    gone = book.take(giver, point_type, points, [lot], Account.transferred, cause)
    come = book.earn(
        receiver,
        point_type,
        points,
        cause=cause,
        last_day=lot.last_day,
        source=Account.transferred,
        renewable=lot.renewable,
        earned_at=lot.earned_at,
    )
    return Moved(points, absorbed, gone, come)


def move_pending(book: Book, lot: PendingLot, receiver: bytes, *, cause: Cause) -> Moved:
    """What waits of a lot waits with the receiver, for the same day or event."""
    points = lot.waiting
    gone = _send_waiting(book, lot, cause=cause)
    come = book.earn_pending(
        receiver,
        lot.point_type,
        points,
        cause=cause,
        term=Term(lot.activates_on, lot.waits_for, lot.cancels_after),
        last_day=lot.last_day,
        expiry=lot.expiry,
        renewable=lot.renewable,
        source=Account.transferred,
        earned_at=lot.earned_at,
        granted_by=lot.cause,
    )
    return Moved(points, 0, gone, come)


def move_deficit(book: Book, giver: bytes, receiver: bytes, point_type: int, *, cause: Cause) -> Moved:
    """What the giver is below zero becomes the receiver's: paid from their lots, and a deficit where these end."""
    points = -book.balance(giver, point_type).available
    lots = book.in_spend_order(receiver, point_type)
    come = book.take(receiver, point_type, points, lots, Account.transferred, cause)
    gone = _pay_off(book, giver, point_type, points, cause=cause)
    return Moved(points, 0, gone, come)


def return_lot(
    book: Book,
    lot_id: bytes,
    old: OpenLot,
    keeper: bytes,
    giver: bytes,
    point_type: int,
    *,
    absorbed: int,
    cause: Cause,
) -> int:
    """What is left of a lot that had moved returns to the lot it came from; how many points, pending ones included.

    absorbed: what had paid off the keeper's deficit; it returns as well, and the keeper pays for it as for spending,
    below zero where nothing is left. old: the giver's lot as it stands.
    """
    there = book.lot(keeper, point_type, lot_id)
    points = absorbed + (there.remaining if there else 0)
    if points:
        others = [lot for lot in book.in_spend_order(keeper, point_type) if lot is not there]
        lots = [there, *others] if there else others
        book.take(keeper, point_type, points, lots, Account.transferred, cause)
        old = book.lot(giver, point_type, old.id) or old
        if there is not None:
            book.extend(giver, old, there.last_day, cause=cause)
        paid = [Allocation(bytes(16), old.id, points)]
        book.give_back(giver, point_type, paid, {old.id: old}, cause=cause, source=Account.transferred)
    pending = book.pending.get(lot_id)
    if pending is None or not pending.waiting:
        return points
    waiting = pending.waiting
    _send_waiting(book, pending, cause=cause)
    back = replace(pending, id=old.id, owner=giver, amount=old.amount, waiting=0)
    _await_again(book, book.pending.get(old.id, back), waiting, Account.transferred, cause=cause)
    return points + waiting


def return_deficit(
    book: Book,
    points: int,
    keeper: bytes,
    giver: bytes,
    point_type: int,
    *,
    paid: Sequence[Allocation],
    lots: dict[bytes, OpenLot],
    spare: OpenLot,
    cause: Cause,
) -> None:
    """A deficit that had moved is the giver's again. paid: which of the keeper's lots had paid for it; lots: those.

    What no lot had paid pays off what is still missing; if newer points did that meanwhile, it is given back to them
    as a lot of its own. spare: with the last day of that lot.
    """
    book.take(giver, point_type, points, book.in_spend_order(giver, point_type), Account.transferred, cause)
    unpaid = points - sum(each.amount for each in paid)
    if unpaid:
        missing = Cause(CauseKind(cause.kind), cause.id, cause.occurred_at, f"{cause.reason}{SPARE}")
        book.earn(
            keeper, point_type, unpaid, cause=missing, last_day=spare.last_day, source=Account.transferred,
            renewable=spare.renewable,
        )  # fmt: skip
    if paid:
        book.give_back(keeper, point_type, paid, lots, cause=cause, source=Account.transferred)


def take_grant(book: Book, owner: bytes, point_type: int, lot_id: bytes, due: int, *, cause: Cause) -> list[Entry]:
    """Takes back what is left of one grant, and nothing else: points of it that were spent stay spent."""
    posted = []
    pending = book.pending.get(lot_id)
    waiting = min(due, pending.waiting) if pending else 0
    if pending and waiting:
        posted.append(book.cancel(pending, waiting, cause=cause))
    lot = book.lot(owner, point_type, lot_id)
    active = min(due - waiting, lot.remaining) if lot else 0
    if lot and active:
        posted.append(book.take(owner, point_type, active, [lot], Account.reversed, cause))
    return posted


def restore_waiting(book: Book, lot: PendingLot, points: int, *, cause: Cause) -> Entry:
    """Pending points that were taken back wait again. lot: as it stands, in the book or not."""
    return _await_again(book, book.pending.get(lot.id, lot), points, Account.reversed, cause=cause)


def _send_waiting(book: Book, lot: PendingLot, *, cause: Cause) -> Entry:
    balance, points = book.balance(lot.owner, lot.point_type), lot.waiting
    balance.pending -= points
    entry = book.post(lot.owner, lot.point_type, balance, points, 0, Account.pending, Account.transferred, cause)
    book.allocations.append(Allocation(entry.id, lot.id, points))
    book.note_waiting(lot, 0)
    return entry


def _await_again(book: Book, lot: PendingLot, points: int, source: Account, *, cause: Cause) -> Entry:
    balance = book.balance(lot.owner, lot.point_type)
    balance.pending += points
    entry = book.post(lot.owner, lot.point_type, balance, points, 0, source, Account.pending, cause)
    book.allocations.append(Allocation(entry.id, lot.id, -points))
    book.note_waiting(lot, lot.waiting + points)
    if lot.id not in book.pending:
        book.await_lot(lot)
    return entry


def _pay_off(book: Book, owner: bytes, point_type: int, points: int, *, cause: Cause) -> Entry:
    balance = book.balance(owner, point_type)
    return book.post(owner, point_type, balance, points, points, Account.transferred, Account.available, cause)
