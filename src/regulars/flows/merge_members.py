"""Two members turn out to be one person: the duplicate becomes part of the member who is kept.

Points move lot by lot with everything that they are, what identifies the duplicate leads to the kept member, both
pasts count as one. The past itself stays where it was written; who reads it, reads that of both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.adjustments.contracts import AdjustmentState
from regulars.domain.adjustments.queries import adjustments_of_member
from regulars.domain.audit.commands import record_act
from regulars.domain.events.contracts import History
from regulars.domain.events.queries import histories_of
from regulars.domain.households.queries import household_of
from regulars.domain.ledger.book import Book
from regulars.domain.ledger.commands import open_book
from regulars.domain.ledger.contracts import Balance
from regulars.domain.ledger.queries import balances
from regulars.domain.members.commands import join_members, lock_members
from regulars.domain.members.contracts import MemberStatus
from regulars.domain.members.queries import existing
from regulars.domain.merges.commands import record_merge, record_moves
from regulars.domain.merges.contracts import Brought, Merge, TakenBack
from regulars.domain.merges.queries import open_merges_within
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.flows.block_member import settle_all
from regulars.flows.merge_refusals import adjustments_wait, in_household, not_mergeable, points_held, with_itself
from regulars.flows.merged_choices import join_choices
from regulars.flows.merged_points import move_points, take_double_bonuses
from regulars.flows.merged_standings import join_histories, join_standings, read_standings, standings_text
from regulars.flows.open_profile import member_not_found
from regulars.flows.write_settled import write_settled
from regulars.kernel.clock import local_day
from regulars.kernel.ids import new_id
from regulars.kernel.text import clean

CAN_BE_UNDONE = timedelta(days=30)
"""Until the end of this local day after the merge."""
LONGEST_NOTE = 500
_MANY = 1_000


@dataclass(frozen=True, slots=True)
class Side:
    """One member as it is at a moment. points: point type code -> balance; tiers: ladder -> tier."""

    points: dict[str, Balance]
    tiers: dict[str, str]
    history: History


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did, or would do. kept, duplicate: just before it; after: the kept member after it.

    identities: what identified the duplicate and leads to the kept member now. brought: beside points.
    """

    merge: Merge
    kept: Side
    duplicate: Side
    after: Side
    taken_back: tuple[TakenBack, ...]
    identities: int
    brought: tuple[Brought, ...]


def preview_merge(
    conn: psycopg.Connection[Any], *, programme_id: int, kept: UUID, duplicate: UUID, now: datetime
) -> Merged:
    """What the merge would do: it is worked like the real one and rolled back. Raises the Refusal of the real one."""
    with conn.transaction(force_rollback=True):
        return _merge(conn, programme_id=programme_id, kept=kept, duplicate=duplicate, note="", now=now, by="")


def merge_members(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    kept: UUID,
    duplicate: UUID,
    note: str,
    now: datetime,
    by: str,
) -> Merged:
    """The duplicate becomes part of the kept member. Raises Refusal; nothing is written then.

    note: why, for colleagues; the member does not see it.
    """
    note = clean(note, longest=LONGEST_NOTE, field="note")
    with conn.transaction():
        return _merge(conn, programme_id=programme_id, kept=kept, duplicate=duplicate, note=note, now=now, by=by)


def _merge(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    kept: UUID,
    duplicate: UUID,
    note: str,
    now: datetime,
    by: str,
) -> Merged:
    rules = shelf(conn, programme_id=programme_id)
    for field, status in hold_both(conn, programme_id, {"kept": kept, "duplicate": duplicate}).items():
        if status is not MemberStatus.active:
            raise not_mergeable(field, status)
    _check(conn, duplicate)
    place = {"organisation_id": rules.programme.organisation_id, "programme_id": programme_id}
    both = [kept.bytes, duplicate.bytes]
    book = open_book(conn, owners=sorted(both, key=lambda owner: (owner[15], owner)), with_lots=True)
    for owner in both:
        settle_all(book, rules, owner, now=now)
    standings, histories = read_standings(conn, both), histories_of(conn, both)

    def side(owner: bytes) -> Side:
        tiers = {ladder: each.tier for ladder, each in standings.get(owner, {}).items()}
        return Side(_balances(book, rules, owner), tiers, histories.get(owner, History()))

    before = {owner: side(owner) for owner in both}
    merge = Merge(
        new_id(duplicate.int & 0xFF), programme_id, duplicate, kept, note,
        standings_text(standings, kept=kept.bytes, duplicate=duplicate.bytes),
        local_day(now, rules.programme.time_zone) + CAN_BE_UNDONE, now, by,
    )  # fmt: skip
    others = open_merges_within(conn, kept=[kept, duplicate])
    moves = [move for number in rules.point_types.values() for move in move_points(book, merge, number, now=now)]
    keeps = rules.in_force(now).rulebook.merging.double_bonus == "keep"
    taken = [] if keeps else take_double_bonuses(conn, book, rules, merge, merges=others, moves=moves, now=now)
    write_settled(conn, rules, book, now=now)
    record_merge(conn, merge, organisation_id=rules.programme.organisation_id)
    record_moves(conn, moves, taken, **place)
    parts = [*both, *(each.duplicate.bytes for each in others)]
    standings[kept.bytes] = join_standings(conn, rules, merge, standings, parts, now=now)
    histories |= join_histories(conn, rules, {kept.bytes: parts})
    identities = join_members(conn, kept=kept, duplicate=duplicate)
    brought = join_choices(conn, rules.programme, merge)
    record_merge_acts(conn, rules, merge, {"kept": "member.merged", "duplicate": "member.merged_into"}, now=now, by=by)
    return Merged(
        merge, before[kept.bytes], before[duplicate.bytes], side(kept.bytes), tuple(taken), identities, tuple(brought)
    )


def hold_both(conn: psycopg.Connection[Any], programme_id: int, members: dict[str, UUID]) -> dict[str, MemberStatus]:
    """Holds both members until the transaction ends, in the order of their ids; the status of each. Raises Refusal.

    members: by the name of the field that names them.
    """
    if len(set(members.values())) < len(members):
        raise with_itself()
    ids = [each.bytes for each in members.values()]
    known = existing(conn, programme_id=programme_id, ids=ids)
    for field, member_id in members.items():
        if member_id.bytes not in known:
            refusal = member_not_found(member_id)
            refusal.field = field
            raise refusal
    locked = lock_members(conn, ids)
    return {field: MemberStatus(locked[member_id.bytes].status) for field, member_id in members.items()}


def record_merge_acts(
    conn: psycopg.Connection[Any],
    rules: Shelf,
    merge: Merge,
    actions: dict[str, str],
    *,
    now: datetime,
    by: str,
) -> None:
    """Who did it stands in the audit trail of both."""
    for who, action in actions.items():
        subject, other = (merge.kept, merge.duplicate) if who == "kept" else (merge.duplicate, merge.kept)
        record_act(
            conn,
            entry_id=new_id(subject.int & 0xFF),
            organisation_id=rules.programme.organisation_id,
            programme_id=merge.programme_id,
            now=now,
            by=by,
            action=action,
            subject=subject,
            details={"merge": str(merge.id), "member": str(other), "note": merge.note},
        )


def _check(conn: psycopg.Connection[Any], duplicate: UUID) -> None:
    """Nothing of the duplicate may be under way."""
    held = sum(each.held for each in balances(conn, owners=[duplicate]).values())
    if held:
        raise points_held(held)
    waiting = [
        each
        for each in adjustments_of_member(conn, member_id=duplicate, limit=_MANY)
        if each.state is AdjustmentState.waiting
    ]
    if waiting:
        raise adjustments_wait(len(waiting))
    if household_of(conn, member_id=duplicate) is not None:
        raise in_household()


def _balances(book: Book, rules: Shelf, owner: bytes) -> dict[str, Balance]:
    found = {}
    for code, number in rules.point_types.items():
        balance = book.balance(owner, number)
        found[code] = Balance(balance.available, balance.held, pending=balance.pending)
    return found
