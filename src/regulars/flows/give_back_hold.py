"""What a till had set aside and settled without an order turns out not to be owed: the points go back.

What paid for an order comes back with the return of that order, and with nothing else.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.audit.commands import record_act
from regulars.domain.events.queries import event
from regulars.domain.ledger.book import Cause
from regulars.domain.ledger.commands import mark_given_back, open_book
from regulars.domain.ledger.contracts import Account, CauseKind, Hold, HoldState
from regulars.domain.ledger.queries import lots_by_id, still_paid
from regulars.domain.members.commands import lock_members
from regulars.domain.merges.commands import record_moves
from regulars.domain.merges.queries import meant_by, open_merges_within
from regulars.domain.programmes.queries import Shelf
from regulars.flows.hold_points import known_hold, locked_hold
from regulars.flows.hold_refusals import hold_not_settled, hold_paid_for_order
from regulars.flows.merged_points import send_on
from regulars.flows.settle_day import settle_day
from regulars.flows.write_settled import write_settled
from regulars.kernel.clock import local_day
from regulars.kernel.errors import Refusal
from regulars.kernel.ids import by_bucket, new_id
from regulars.kernel.text import clean

GIVEN_BACK = "given_back"
"""The reason of the entry."""
LONGEST_REASON = 500


def give_back_hold(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    member_id: UUID,
    hold_id: UUID,
    reason: str,
    now: datetime,
    by: str,
) -> Hold:
    """All that the hold had settled goes back to the lots that paid, by the restoring policy of that day.

    reason: for colleagues; the member does not see it. Giving back again changes nothing, not even the reason. Raises
    Conflict where nothing was settled, or where it paid for an order, and Refusal without a reason.
    """
    reason = clean(reason, longest=LONGEST_REASON, field="reason")
    if not reason:
        raise _without_reason()
    with conn.transaction():
        # Whoever is part of another by now is locked with that one: the points go on to them.
        owners = {member_id.bytes, *meant_by(conn, [member_id.bytes]).values()}
        lock_members(conn, sorted(owners, key=by_bucket))
        rules, _, found = locked_hold(conn, programme_id=programme_id, member_id=member_id, hold_id=hold_id)
        if found.state is HoldState.given_back:
            return found
        if found.state is not HoldState.settled:
            raise hold_not_settled(found)
        if found.order_event is not None:
            order = event(conn, event_id=found.order_event)
            raise hold_paid_for_order(found, (order.order_number if order else None) or "")
        _give_back(conn, rules, found, owners, now=now)
        mark_given_back(conn, hold_id, reason=reason, now=now, by=by)
        record_act(
            conn,
            organisation_id=rules.programme.organisation_id,
            programme_id=programme_id,
            entry_id=new_id(member_id.int & 0xFF),
            now=now,
            by=by,
            action="hold.given_back",
            subject=member_id,
            details={"points": found.settled, "purpose": found.purpose, "reason": reason},
        )
        return known_hold(conn, member_id=member_id, hold_id=hold_id)


def _give_back(conn: psycopg.Connection[Any], rules: Shelf, found: Hold, owners: set[bytes], *, now: datetime) -> None:
    programme = rules.programme
    today, owner = local_day(now, programme.time_zone), found.owner.bytes
    merges = open_merges_within(conn, kept=[UUID(bytes=each) for each in owners])
    parts = {each.bytes for merge in merges for each in (merge.duplicate, merge.kept)}
    book = open_book(conn, owners=sorted(owners | parts, key=by_bucket), with_lots=True)
    paid = still_paid(
        conn, transfer_id=found.transfer_id.bytes, owner=owner, given_back_by=[found.id.bytes]
    )  # fmt: skip
    lots = lots_by_id(conn, ids=[each.lot_id for each in paid])
    cause = Cause(CauseKind.hold, found.id.bytes, now, GIVEN_BACK)
    restore = rules.in_force(found.closed_at or now).returns.restore
    for lot_id, lot in lots.items():
        there = book.lot(owner, found.point_type, lot_id) or lot
        book.extend(owner, there, restore.last_day(there.last_day, today=today), cause=cause)
        lots[lot_id] = there
    book.give_back(
        owner, found.point_type, paid, lots, cause=cause, source=Account.redeemed, amount=found.settled
    )  # fmt: skip
    settle_day(book, owner, found.point_type, today=today, time_zone=programme.time_zone)
    moves = send_on(book, merges, owner, found.point_type, now=now)
    write_settled(conn, rules, book, now=now)
    if moves:
        record_moves(conn, moves, organisation_id=programme.organisation_id, programme_id=programme.id)


def _without_reason() -> Refusal:
    return Refusal(
        "hold_without_reason",
        "A reason is missing",
        detail="Points are to be given back, and nothing says why.",
        remedy="Say in a few words why the points were not owed.",
        field="reason",
    )
