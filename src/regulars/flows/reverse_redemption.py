"""A redemption is undone: points go back to the lots that paid, the unit to stock, the code becomes invalid."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.ledger.book import Cause
from regulars.domain.ledger.commands import open_book
from regulars.domain.ledger.contracts import Account, CauseKind, Hold, HoldState
from regulars.domain.ledger.holds import holds_past
from regulars.domain.ledger.queries import allocations_of, lots_by_id
from regulars.domain.members.commands import lock_members
from regulars.domain.merges.commands import record_moves
from regulars.domain.merges.contracts import Move
from regulars.domain.merges.queries import meant_by, open_merges_within
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.domain.rewards.commands import move_redemption, return_scopes, return_unit
from regulars.domain.rewards.contracts import Redemption, RedemptionState
from regulars.domain.rewards.queries import payments_of, redemption
from regulars.flows.granting.parts import reverse_parts
from regulars.flows.hold_points import release_hold
from regulars.flows.merged_points import send_on
from regulars.flows.redeem_reward import close_holds, found_redemption, not_in_state
from regulars.flows.settle_day import settle_day
from regulars.flows.write_settled import write_settled
from regulars.kernel.clock import local_day
from regulars.kernel.errors import Conflict
from regulars.kernel.ids import by_bucket

_BATCH = 500


def reverse_redemption(
    conn: psycopg.Connection[Any], *, programme_id: int, redemption_id: UUID, now: datetime, by: str, note: str = ""
) -> Redemption:
    """Undoes a granted redemption whose code was not used. Reversing again changes nothing. Raises Conflict."""
    with conn.transaction():
        rules = shelf(conn, programme_id=programme_id)
        programme = rules.programme
        found = locked_redemption(conn, programme_id=programme_id, redemption_id=redemption_id)
        if found.state is RedemptionState.reversed:
            return found
        if found.state not in (RedemptionState.granted, RedemptionState.fulfilled):
            raise not_in_state(found, "reversed")
        reverse_parts(conn, rules, found, now=now, by=by)
        _give_back(conn, found, rules, source=Account.redeemed, now=now)
        move_redemption(
            conn,
            found,
            organisation_id=programme.organisation_id,
            to=RedemptionState.reversed,
            now=now,
            by=by,
            note=note,
        )
        return found_redemption(conn, programme_id=programme_id, redemption_id=redemption_id)


def release_redemption(
    conn: psycopg.Connection[Any], *, programme_id: int, redemption_id: UUID, now: datetime, by: str
) -> Redemption:
    """Lets go of a held redemption: the member can spend the points again. Releasing again changes nothing."""
    with conn.transaction():
        rules = shelf(conn, programme_id=programme_id)
        programme = rules.programme
        found = locked_redemption(conn, programme_id=programme_id, redemption_id=redemption_id)
        if found.state is RedemptionState.released:
            return found
        if found.state is not RedemptionState.held or found.hold_id is None:
            raise not_in_state(found, "released")
        if not close_holds(conn, payments_of(conn, redemption=found), state=HoldState.released, now=now):
            raise not_in_state(found, "released")
        _give_back(conn, found, rules, source=Account.held, now=now)
        move_redemption(
            conn, found, organisation_id=programme.organisation_id, to=RedemptionState.released, now=now, by=by
        )
        return found_redemption(conn, programme_id=programme_id, redemption_id=redemption_id)


def release_past_holds(conn: psycopg.Connection[Any], *, programme_id: int, now: datetime) -> int:
    """Releases every hold of the programme whose time is over; how many."""
    point_types = list(shelf(conn, programme_id=programme_id).point_types.values())
    released = 0
    while True:
        due = holds_past(conn, point_types=point_types, now=now, limit=_BATCH)
        done = sum(_release(conn, hold, programme_id=programme_id, now=now) for hold in due)
        released += done
        if not done:
            return released


def _release(conn: psycopg.Connection[Any], hold: Hold, *, programme_id: int, now: datetime) -> bool:
    """Releases one hold, or what it was placed for: of a household's pool that may be another member's redemption."""
    if hold.cause_kind is CauseKind.hold:
        try:
            release_hold(
                conn, programme_id=programme_id, member_id=hold.owner, hold_id=hold.id, now=now, by="clock"
            )  # fmt: skip
        except Conflict:
            return False  # settled in its last moment, after it was found here
        return True
    found = redemption(conn, programme_id=programme_id, redemption_id=hold.cause)
    if found is None or found.state is not RedemptionState.held:
        return False
    release_redemption(conn, programme_id=programme_id, redemption_id=found.id, now=now, by="clock")
    return True


def locked_redemption(conn: psycopg.Connection[Any], *, programme_id: int, redemption_id: UUID) -> Redemption:
    """The redemption, with its member and all who paid for it locked."""
    found = found_redemption(conn, programme_id=programme_id, redemption_id=redemption_id)
    payers = {each.member_id.bytes for each in payments_of(conn, redemption=found)}
    meant = meant_by(conn, payers)
    lock_members(conn, sorted({found.member_id.bytes, *payers, *meant.values()}))
    return found_redemption(conn, programme_id=programme_id, redemption_id=redemption_id)


def _give_back(
    conn: psycopg.Connection[Any], found: Redemption, rules: Shelf, *, source: Account, now: datetime
) -> None:
    """To everybody who paid what they paid, wherever they are by now, and of whomever they are part by now."""
    payments = payments_of(conn, redemption=found)
    owners = {each.member_id.bytes for each in payments}
    meant = set(meant_by(conn, owners).values())
    merges = open_merges_within(conn, kept=[UUID(bytes=each) for each in meant]) if meant else []
    owners |= {each.bytes for merge in merges for each in (merge.duplicate, merge.kept)}
    book = open_book(conn, owners=sorted(owners, key=by_bucket), with_lots=True)
    moves: list[Move] = []
    cause = Cause(CauseKind.reversal, found.id.bytes, now, "reversed" if source is Account.redeemed else "released")
    today = local_day(now, rules.programme.time_zone)
    for each in payments:
        owner = each.member_id.bytes
        paid = allocations_of(conn, transfer_id=each.transfer_id.bytes)
        lots = lots_by_id(conn, ids=[part.lot_id for part in paid])
        book.give_back(owner, found.point_type, paid, lots, cause=cause, source=source)
        # Points whose last day passed meanwhile come back and expire in the same posting.
        settle_day(book, owner, found.point_type, today=today, time_zone=rules.programme.time_zone)
        moves += send_on(book, merges, owner, found.point_type, now=now)
    write_settled(conn, rules, book, now=now)
    if moves:
        programme = rules.programme
        record_moves(conn, moves, organisation_id=programme.organisation_id, programme_id=programme.id)
    return_unit(conn, reward_id=found.reward_id)
    return_scopes(conn, found, programme_id=rules.programme.id)
