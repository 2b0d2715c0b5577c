"""A member sends points to another member: both books change in one transaction, or neither does.

Both members are locked in the order of their ids, so two who send to each other at once wait, and never for each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.audit.commands import record_act
from regulars.domain.ledger.book import Book, Cause
from regulars.domain.ledger.commands import open_book
from regulars.domain.ledger.contracts import Account, CauseKind, Entry
from regulars.domain.ledger.transfer_expiry_policy import Part
from regulars.domain.members.commands import lock_members
from regulars.domain.members.contracts import MemberStatus
from regulars.domain.members.queries import existing
from regulars.domain.merges.queries import parts_of
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.domain.transfers.commands import record_transfer
from regulars.domain.transfers.contracts import Arrival, Transfer, TransferState
from regulars.domain.transfers.queries import sent_on_day
from regulars.flows.merge_refusals import merged_refusal
from regulars.flows.open_profile import member_not_found
from regulars.flows.settle_day import settle_day
from regulars.flows.transfer_limits import (
    arrives_expired,
    check_amount,
    check_day,
    check_enough,
    check_kind,
    not_active,
    to_oneself,
)
from regulars.flows.write_settled import write_settled
from regulars.kernel.clock import local_day
from regulars.kernel.ids import new_id
from regulars.kernel.text import clean

LONGEST_MESSAGE = 200


@dataclass(frozen=True, slots=True)
class TransferQuote:
    """What sending would do. available: what the sender keeps. arrives: points and their last day, the earliest first.

    cancel_until: the last local day on which it can be taken back; None: never.
    """

    points: int
    fee: int
    available: int
    arrives: tuple[tuple[int, date | None], ...]
    cancel_until: date | None


@dataclass(frozen=True, slots=True)
class _Plan:
    """A transfer in the open book of both members, before anything is written."""

    book: Book
    transfer: Transfer
    arrivals: tuple[Arrival, ...]


def quote_transfer(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    sender: UUID,
    receiver: UUID,
    points: int,
    now: datetime,
    point_type: str = "points",
) -> TransferQuote:
    """What sending would do now. Writes nothing. Raises the Refusal that sending would raise."""
    with conn.transaction(force_rollback=True):
        rules = shelf(conn, programme_id=programme_id)
        plan = _plan(
            conn, rules, sender, receiver, points, point_type=point_type, message="", now=now, by="", to_write=False
        )
        sent = plan.transfer
        arrives = [(each.points, each.last_day) for each in plan.arrivals]
        available = plan.book.balance(sender.bytes, sent.point_type).available
        return TransferQuote(points, sent.fee, available, tuple(_by_last_day(arrives)), sent.cancel_until)


def transfer_points(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    sender: UUID,
    receiver: UUID,
    points: int,
    now: datetime,
    by: str,
    point_type: str = "points",
    message: str = "",
) -> Transfer:
    """Sends points by the rulebook in force. Raises Refusal; nothing is written then.

    message: from the sender, for the receiver to read.
    """
    message = clean(message, longest=LONGEST_MESSAGE, field="message")
    with conn.transaction():
        rules = shelf(conn, programme_id=programme_id)
        organisation_id = rules.programme.organisation_id
        plan = _plan(conn, rules, sender, receiver, points, point_type=point_type, message=message, now=now, by=by)
        write_settled(conn, rules, plan.book, now=now)
        today = local_day(now, rules.programme.time_zone)
        record_transfer(conn, plan.transfer, plan.arrivals, organisation_id=organisation_id, sent_on=today)
        record_transfer_act(conn, rules, plan.transfer, action="points.sent", now=now, by=by)
    return plan.transfer


def record_transfer_act(
    conn: psycopg.Connection[Any], rules: Shelf, sent: Transfer, *, action: str, now: datetime, by: str
) -> None:
    """Who did it stands in the audit trail of the sender."""
    record_act(
        conn,
        entry_id=new_id(sent.sender.int & 0xFF),
        organisation_id=rules.programme.organisation_id,
        programme_id=rules.programme.id,
        now=now,
        by=by,
        action=action,
        subject=sent.sender,
        details={"transfer": str(sent.id), "points": sent.points, "fee": sent.fee},
    )


def _plan(
    conn: psycopg.Connection[Any],
    rules: Shelf,
    sender: UUID,
    receiver: UUID,
    points: int,
    *,
    point_type: str,
    message: str,
    now: datetime,
    by: str,
    to_write: bool = True,
) -> _Plan:
    """Moves the points in the book, and checks everything on the way. Raises Refusal."""
    rulebook, today = rules.in_force(now), local_day(now, rules.programme.time_zone)
    terms = rulebook.transfers
    names = rulebook.rulebook.terms().point_names
    check_kind(terms, rules.point_types, point_type, names=names, stored=rulebook.rulebook.stored_value)
    check_amount(terms, points)
    if sender == receiver:
        raise to_oneself()
    _hold_both(conn, rules, sender, receiver)
    number, fee = rules.point_types[point_type], terms.fee.of(points)
    if terms.per_day is not None:
        senders = parts_of(conn, member_id=sender)
        check_day(terms, points, sent=sent_on_day(conn, senders=senders, point_type=number, day=today))
    owners = sorted((sender.bytes, receiver.bytes), key=lambda owner: (owner[15], owner))
    book = open_book(conn, owners=owners, with_lots=True, to_write=to_write)
    for owner in owners:
        settle_day(book, owner, number, today=today, time_zone=rules.programme.time_zone)
    check_enough(book.balance(sender.bytes, number), points, fee)
    identifier = new_id(sender.int & 0xFF)
    cause = Cause(CauseKind.transfer, identifier.bytes, now, "sent")
    entry = book.spend(sender.bytes, number, points, cause=cause, target=Account.transferred)
    expiry = rulebook.expiry[point_type]
    anew = Part(points, now, expiry.last_day(today), expiry.renews)
    arriving = terms.expiry_policy().arrives(_paid(book, entry), anew=anew)
    if any(part.last_day is not None and part.last_day < today for part in arriving):
        raise arrives_expired(anew.last_day or today)
    arrivals = tuple(_arrive(book, receiver.bytes, number, part, now=now) for part in arriving)
    fee_entry_id = None
    if fee:
        charged = Cause(CauseKind.transfer, identifier.bytes, now, "fee")
        paid = book.spend(sender.bytes, number, fee, cause=charged, target=Account.charged)
        fee_entry_id = UUID(bytes=paid.id)
    transfer = Transfer(
        identifier, rules.programme.id, sender, receiver, number, points, fee, TransferState.sent, message,
        UUID(bytes=entry.id), fee_entry_id, terms.cancel_until(today), now, by,
    )  # fmt: skip
    return _Plan(book, transfer, arrivals)


def _hold_both(conn: psycopg.Connection[Any], rules: Shelf, sender: UUID, receiver: UUID) -> None:
    """Holds both members until the transaction ends. Raises Refusal unless both are active in the programme."""
    known = existing(conn, programme_id=rules.programme.id, ids=[sender.bytes, receiver.bytes])
    for field, member_id in (("sender", sender), ("receiver", receiver)):
        if member_id.bytes not in known:
            refusal = member_not_found(member_id)
            refusal.field = field
            raise refusal
    locked = lock_members(conn, [sender.bytes, receiver.bytes])
    for field, member_id in (("sender", sender), ("receiver", receiver)):
        status = MemberStatus(locked[member_id.bytes].status)
        if status is MemberStatus.merged:
            raise merged_refusal(field=field)
        if status is not MemberStatus.active:
            raise not_active(field, status)


def _paid(book: Book, entry: Entry) -> list[Part]:
    """What each lot gave, in the order of use."""
    lots = {lot.id: lot for lot in book.open_lots(entry.owner, entry.point_type)}
    used = [(lots[each.lot_id], each.amount) for each in book.allocations if each.transfer_id == entry.id]
    return [Part(amount, lot.earned_at, lot.last_day, lot.renewable) for lot, amount in used]


def _arrive(book: Book, receiver: bytes, point_type: int, part: Part, *, now: datetime) -> Arrival:
    identifier = new_id(receiver[15])
    entry = book.earn(
        receiver,
        point_type,
        part.points,
        cause=Cause(CauseKind.transfer, identifier.bytes, now, "received"),
        last_day=part.last_day,
        source=Account.transferred,
        renewable=part.renewable,
        earned_at=part.earned_at,
    )
    return Arrival(identifier, UUID(bytes=entry.id), part.points, part.last_day)


def _by_last_day(arrives: list[tuple[int, date | None]]) -> list[tuple[int, date | None]]:
    """Points of one last day together, the earliest first, those that never expire last."""
    found: dict[date | None, int] = {}
    for points, last_day in arrives:
        found[last_day] = found.get(last_day, 0) + points
    return [(found[day], day) for day in sorted(found, key=lambda day: day or date.max)]
