"""Points of a member who becomes part of another: all of them move, and what is left of them returns with an undo."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.ledger.book import Book, Cause
from regulars.domain.ledger.contracts import Account, CauseKind, OpenLot, PendingLot
from regulars.domain.ledger.moving import (
    Moved,
    move_deficit,
    move_lot,
    move_pending,
    restore_waiting,
    return_deficit,
    return_lot,
    take_grant,
)
from regulars.domain.ledger.queries import (
    allocations_of,
    entries_of_cause,
    granted_by_rules,
    lots_by_id,
    pending_by_id,
    revoked_of,
)
from regulars.domain.merges.contracts import Merge, Move, TakenBack
from regulars.domain.merges.queries import taken_by
from regulars.domain.programmes.merging import is_once_in_a_life
from regulars.domain.programmes.queries import Shelf
from regulars.flows.follow_merges import where_lots_are
from regulars.kernel.ids import new_id_bytes

MERGED = "merged"
UNMERGED = "merge_undone"
DOUBLE_BONUS = "double_bonus"
"""The reasons of the entries."""


def move_points(book: Book, merge: Merge, point_type: int, *, now: datetime) -> list[Move]:
    """All points of one type go from the duplicate to the kept member, in the open book of both.

    What is due must be done before. What waits first, then what can be spent, or is missing.
    """
    giver, receiver = merge.duplicate.bytes, merge.kept.bytes
    moves = []

    def record(lot: bytes | None, cause: Cause, moved: Moved) -> None:
        moves.append(Move(cause.id, merge.id, point_type, lot, moved.come.id, moved.points, moved.absorbed))

    def cause() -> Cause:
        return Cause(CauseKind.merge, new_id_bytes(giver[15]), now, MERGED)

    for pending in book.pending_of(giver, point_type):
        record(pending.id, reason := cause(), move_pending(book, pending, receiver, cause=reason))
    for lot in book.in_spend_order(giver, point_type):
        if lot.remaining:
            record(lot.id, reason := cause(), move_lot(book, lot, giver, receiver, point_type, cause=reason))
    if book.balance(giver, point_type).available < 0:
        record(None, reason := cause(), move_deficit(book, giver, receiver, point_type, cause=reason))
    return moves


def send_on(book: Book, merges: Sequence[Merge], member: bytes, point_type: int, *, now: datetime) -> list[Move]:
    """Points that came to a member who is part of another go on to that one, merge by merge. merges: that are open."""
    moves: list[Move] = []
    into = {merge.duplicate.bytes: merge for merge in merges}
    while (merge := into.get(member)) is not None:
        moves += move_points(book, merge, point_type, now=now)
        member = merge.kept.bytes
    return moves


def return_points(
    conn: psycopg.Connection[Any], book: Book, merge: Merge, move: Move, *, spare: OpenLot, now: datetime
) -> int:
    """What is left of what moved goes back to the duplicate; how many points. spare: as in return_deficit."""
    cause = Cause(CauseKind.merge_undone, move.id, now, UNMERGED)
    keeper, giver = merge.kept.bytes, merge.duplicate.bytes
    if move.lot is not None:
        old = lots_by_id(conn, ids=[move.lot])[move.lot]
        return return_lot(
            book, move.entry, old, keeper, giver, move.point_type, absorbed=move.absorbed, cause=cause
        )  # fmt: skip
    paid = allocations_of(conn, transfer_id=move.entry)
    lots = lots_by_id(conn, ids=[each.lot_id for each in paid])
    return_deficit(
        book, move.points, keeper, giver, move.point_type, paid=paid, lots=lots, spare=spare, cause=cause
    )  # fmt: skip
    return -move.points


def give_bonus_again(
    conn: psycopg.Connection[Any], book: Book, merge: Merge, taken: TakenBack, *, today: date, now: datetime
) -> None:
    """A bonus that the merge took back is there again: in its lot, pending where it still would be."""
    owner = merge.kept.bytes
    cause = Cause(CauseKind.merge_undone, taken.id, now, UNMERGED)
    for entry in entries_of_cause(conn, owner=merge.kept, cause=UUID(bytes=taken.id)):
        paid = allocations_of(conn, transfer_id=entry.id.bytes)
        pending = pending_by_id(conn, ids=[each.lot_id for each in paid]) if entry.debit is Account.pending else {}
        waiting = [each for each in pending.values() if _still_waits(each, today)]
        if waiting:
            restore_waiting(book, waiting[0], entry.amount, cause=cause)
        else:
            lots = lots_by_id(conn, ids=[each.lot_id for each in paid])
            book.give_back(owner, taken.point_type, paid, lots, cause=cause, source=Account.reversed)


def _still_waits(lot: PendingLot, today: date) -> bool:
    return lot.waiting > 0 or (lot.activates_on or lot.cancels_after or date.max) >= today


def take_double_bonuses(
    conn: psycopg.Connection[Any],
    book: Book,
    rules: Shelf,
    merge: Merge,
    *,
    merges: Sequence[Merge],
    moves: Sequence[Move],
    now: datetime,
) -> list[TakenBack]:
    """Of bonuses for once in a life that were given to several who are one person now, the oldest stays.

    Of each other one, what is left is taken back: not what was spent, what returns took back, or what expired. merges:
    by which others had become part of the two before. moves: of this merge, in the open book.
    """
    once = {each.id for version in rules.rulebooks for each in version.rulebook.earn_rules if is_once_in_a_life(each)}
    parts = [merge.kept, merge.duplicate, *(each.duplicate for each in merges)]
    grants = granted_by_rules(conn, owners=[each.bytes for each in parts], rules=sorted(once)) if once else []
    before = {each.lot for each in taken_by(conn, merge_ids=[each.id for each in merges])}
    revoked = revoked_of(conn, grant_causes=[each.cause for each in grants])
    lots, lost = where_lots_are(conn, [each.lot for each in grants])
    just_moved = {move.lot: move.entry for move in moves}
    taken = []
    had: set[tuple[str, int]] = set()
    for grant in grants:
        left = grant.points - revoked.get(grant.cause, {}).get((grant.point_type, grant.rule), 0)
        if left <= 0 or grant.lot in before:
            continue
        what = grant.rule, grant.point_type
        due = left - lost[grant.lot]
        if what in had and due > 0:
            identifier = new_id_bytes(merge.id.int & 0xFF)
            cause = Cause(CauseKind.merge, identifier, now, DOUBLE_BONUS)
            lot = just_moved.get(lots[grant.lot], lots[grant.lot])
            posted = take_grant(book, merge.kept.bytes, grant.point_type, lot, due, cause=cause)
            points = sum(entry.amount for entry in posted)
            taken.append(TakenBack(identifier, merge.id, grant.point_type, grant.rule, grant.lot, due, points))
        had.add(what)
    return taken
