"""A merge is undone: what is left of the points that moved returns, and what identified the duplicate does so again.

What was spent, expired or taken back meanwhile stays with the member who was kept, as do the events that came.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.ledger.commands import open_book
from regulars.domain.ledger.contracts import OpenLot
from regulars.domain.members.commands import part_members
from regulars.domain.members.contracts import MemberStatus
from regulars.domain.merges.commands import end_merge
from regulars.domain.merges.contracts import Merge, MergeNotFound
from regulars.domain.merges.queries import merge, merges_of_member, moves_of, open_merges_within, taken_by
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.flows.adjust_points import code_of
from regulars.flows.block_member import settle_all
from regulars.flows.merge_members import hold_both, record_merge_acts
from regulars.flows.merge_refusals import not_mergeable, not_the_last, too_late_to_undo, undone_already
from regulars.flows.merged_choices import part_choices
from regulars.flows.merged_points import give_bonus_again, return_points
from regulars.flows.merged_standings import join_histories, part_standings
from regulars.flows.write_settled import write_settled
from regulars.kernel.clock import local_day


@dataclass(frozen=True, slots=True)
class Undone:
    """returned: point type code -> points that the duplicate has again, pending ones too; below zero: a deficit."""

    merge: Merge
    returned: dict[str, int]


def undo_merge(
    conn: psycopg.Connection[Any], *, programme_id: int, member_id: UUID, merge_id: UUID, now: datetime, by: str
) -> Undone:
    """Takes the two apart again. member_id: the one who was kept. Raises Refusal; nothing is written then."""
    with conn.transaction():
        rules = shelf(conn, programme_id=programme_id)
        found = _found(conn, programme_id, member_id, merge_id)
        held = hold_both(conn, programme_id, {"kept": found.kept, "duplicate": found.duplicate})
        found = _found(conn, programme_id, member_id, merge_id)
        if not found.is_open:
            raise undone_already()
        _check_last(conn, found)
        if held["kept"] is not MemberStatus.active:
            raise not_mergeable("kept", held["kept"])
        if local_day(now, rules.programme.time_zone) > found.undo_until:
            raise too_late_to_undo(found.undo_until)
        returned = _return_all(conn, rules, found, now=now)
        within = open_merges_within(conn, kept=[found.kept])
        mine = _parts(found.duplicate, within)
        parts: dict[bytes, Sequence[bytes]] = {
            found.kept.bytes: [each.bytes for each in _parts(found.kept, within) if each not in mine],
            found.duplicate.bytes: [each.bytes for each in mine],
        }
        end_merge(conn, found, parts=mine, now=now, by=by)
        part_members(
            conn, kept=found.kept, duplicate=found.duplicate, parts=mine, still_has=len(parts[found.kept.bytes]) > 1
        )  # fmt: skip
        part_choices(conn, rules.programme, found, now=now, by=by)
        part_standings(conn, rules, found, parts, now=now)
        join_histories(conn, rules, parts)
        record_merge_acts(
            conn, rules, found, {"kept": "member.merge_undone", "duplicate": "member.merge_undone"}, now=now, by=by
        )
        return Undone(_found(conn, programme_id, member_id, merge_id), returned)


def _found(conn: psycopg.Connection[Any], programme_id: int, member_id: UUID, merge_id: UUID) -> Merge:
    found = merge(conn, programme_id=programme_id, merge_id=merge_id)
    if found is None or found.kept != member_id:
        raise MergeNotFound(merge_id)
    return found


def _check_last(conn: psycopg.Connection[Any], found: Merge) -> None:
    """Merges are undone in reverse order, so that each finds the books as it left them."""
    about = [each for one in (found.kept, found.duplicate) for each in merges_of_member(conn, member_id=one)]
    later = [each.id for each in about if each.is_open and each.id > found.id]
    if later:
        raise not_the_last(max(later))


def _parts(member: UUID, merges: Sequence[Merge]) -> list[UUID]:
    """The member, and all who became part of it by these merges, directly or through others."""
    parts = [member]
    for part in parts:
        parts += [each.duplicate for each in merges if each.kept == part]
    return parts


def _return_all(conn: psycopg.Connection[Any], rules: Shelf, found: Merge, *, now: datetime) -> dict[str, int]:
    """In the reverse order of the merge: bonuses are there again, then all that moved returns, the last first."""
    kept, duplicate = found.kept.bytes, found.duplicate.bytes
    today = local_day(now, rules.programme.time_zone)
    book = open_book(conn, owners=sorted((kept, duplicate), key=lambda owner: (owner[15], owner)), with_lots=True)
    settle_all(book, rules, kept, now=now)
    for taken in taken_by(conn, merge_ids=[found.id]):
        give_bonus_again(conn, book, found, taken, today=today, now=now)
    returned: dict[str, int] = {}
    for move in reversed(moves_of(conn, merge_id=found.id)):
        code = code_of(rules, move.point_type)
        expiry = rules.in_force(now).expiry[code]
        spare = OpenLot(b"", 0, 0, now, expiry.last_day(today), expiry.renews)
        points = return_points(conn, book, found, move, spare=spare, now=now)
        returned[code] = returned.get(code, 0) + points
    # What became due while it was elsewhere, or comes back after its last day, is settled in the same posting.
    for owner in (kept, duplicate):
        settle_all(book, rules, owner, now=now)
    write_settled(conn, rules, book, now=now)
    return returned
