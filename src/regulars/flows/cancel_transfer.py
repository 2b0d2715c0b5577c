"""A member takes back points that the receiver has not spent: they return to the lots from which they came."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.ledger.book import Book, Cause
from regulars.domain.ledger.commands import open_book
from regulars.domain.ledger.contracts import Account, CauseKind
from regulars.domain.ledger.queries import allocations_of, lots_by_id
from regulars.domain.members.commands import lock_members
from regulars.domain.members.contracts import MemberStatus
from regulars.domain.programmes.queries import shelf
from regulars.domain.transfers.commands import end_transfer
from regulars.domain.transfers.contracts import TAKEN_BACK, Transfer, TransferNotFound, TransferState
from regulars.domain.transfers.queries import arrivals_of, transfer
from regulars.flows.settle_day import settle_day
from regulars.flows.transfer_limits import not_active
from regulars.flows.transfer_points import record_transfer_act
from regulars.flows.write_settled import write_settled
from regulars.kernel.clock import local_day
from regulars.kernel.errors import Conflict


def cancel_transfer(
    conn: psycopg.Connection[Any], *, programme_id: int, transfer_id: UUID, now: datetime, by: str
) -> Transfer:
    """Takes a transfer back, with its fee. Doing it again changes nothing. Raises Refusal; nothing is written then."""
    with conn.transaction():
        rules = shelf(conn, programme_id=programme_id)
        programme = rules.programme
        found = found_transfer(conn, programme_id=programme_id, transfer_id=transfer_id)
        sender, receiver = found.sender.bytes, found.receiver.bytes
        locked = lock_members(conn, [sender, receiver])
        found = found_transfer(conn, programme_id=programme_id, transfer_id=transfer_id)
        if found.state is TransferState.taken_back:
            return found
        today = local_day(now, programme.time_zone)
        if not found.can_be_taken_back_on(today):
            raise _too_late(found)
        for field, owner in (("sender", sender), ("receiver", receiver)):
            if locked[owner].status == MemberStatus.closed:
                raise not_active(field, MemberStatus.closed)
        owners = sorted((sender, receiver), key=lambda owner: (owner[15], owner))
        book = open_book(conn, owners=owners, with_lots=True)
        settle_day(book, receiver, found.point_type, today=today, time_zone=programme.time_zone)
        _take_from_receiver(conn, book, found, now=now)
        _give_to_sender(conn, book, found, now=now)
        # Points whose last day passed meanwhile come back and expire in the same posting.
        settle_day(book, sender, found.point_type, today=today, time_zone=programme.time_zone)
        write_settled(conn, rules, book, now=now)
        end_transfer(conn, found, now=now, by=by)
        record_transfer_act(conn, rules, found, action="points.taken_back", now=now, by=by)
        return found_transfer(conn, programme_id=programme_id, transfer_id=transfer_id)


def found_transfer(conn: psycopg.Connection[Any], *, programme_id: int, transfer_id: UUID) -> Transfer:
    """The transfer. Raises TransferNotFound."""
    found = transfer(conn, programme_id=programme_id, transfer_id=transfer_id)
    if found is None:
        raise TransferNotFound(transfer_id)
    return found


def _take_from_receiver(conn: psycopg.Connection[Any], book: Book, found: Transfer, *, now: datetime) -> None:
    """Each lot that arrived gives back all of itself; nothing else of the receiver's pays. Raises Conflict."""
    receiver = found.receiver.bytes
    arrivals = arrivals_of(conn, transfer=found)
    lots = [book.lot(receiver, found.point_type, each.lot_id.bytes) for each in arrivals]
    left = sum(lot.remaining for lot in lots if lot is not None)
    if left < found.points:
        raise _spent(found, gone=found.points - left)
    for arrival, lot in zip(arrivals, lots, strict=True):
        assert lot is not None, "all points of the lot are there"
        cause = Cause(CauseKind.transfer, arrival.id.bytes, now, TAKEN_BACK)
        book.take(receiver, found.point_type, arrival.points, [lot], Account.transferred, cause)


def _give_to_sender(conn: psycopg.Connection[Any], book: Book, found: Transfer, *, now: datetime) -> None:
    """The points and the fee return to the sender's own lots, those of the fee first: they were paid last."""
    cause = Cause(CauseKind.transfer, found.id.bytes, now, TAKEN_BACK)
    for entry_id, source in ((found.fee_entry_id, Account.charged), (found.entry_id, Account.transferred)):
        if entry_id is not None:
            paid = allocations_of(conn, transfer_id=entry_id.bytes)
            lots = lots_by_id(conn, ids=[each.lot_id for each in paid])
            book.give_back(found.sender.bytes, found.point_type, paid, lots, cause=cause, source=source)


def _too_late(found: Transfer) -> Conflict:
    if found.cancel_until is None:
        return Conflict(
            "transfer_final",
            "The transfer is final",
            detail="By the rulebook under which the points were sent, they cannot be taken back.",
            remedy="Ask the receiver to send them back.",
        )
    return Conflict(
        "transfer_cancel_late",
        "It is too late to take the points back",
        detail=f"The last day for it was {found.cancel_until:%-d %b %Y}.",
        remedy="Ask the receiver to send them back.",
    )


def _spent(found: Transfer, *, gone: int) -> Conflict:
    return Conflict(
        "transfer_spent",
        "The points are no longer all there",
        detail=f"Of {found.points:,} points that were sent, the receiver has used or lost {gone:,}.",
        remedy="Ask the receiver to send back what is left.",
    )
