"""Reads of standings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import psycopg

from regulars.database.binary import SmallIntArray, UuidArray
from regulars.domain.tiers.contracts import (
    Assignment,
    AssignmentKind,
    ChangeCause,
    Changeover,
    MemberStanding,
    TierChange,
)
from regulars.domain.tiers.standing import Standing

_STANDINGS = """
    select uuid_send(s.member_id), s.ladder, s.tier, s.since, s.score, s.counted_from, s.review_on, s.earned,
           s.assigned, s.assigned_until, s.fell_on, s.kept_until, s.form
    from tiers_standing s join unnest(%b::smallint[], %b::uuid[]) k(bucket, member_id)
      on s.bucket = k.bucket and s.member_id = k.member_id
"""


def standings_of(conn: psycopg.Connection[Any], members: Sequence[bytes]) -> dict[tuple[bytes, str], Standing]:
    """Standings by (member, ladder), for moving them forward. The members must be locked by this transaction."""
    keys = SmallIntArray([member[15] for member in members]), UuidArray(members)
    return {(member, ladder): Standing(*rest) for member, ladder, *rest in conn.execute(_STANDINGS, keys, binary=True)}


def standings(conn: psycopg.Connection[Any], *, member_ids: Sequence[UUID]) -> list[MemberStanding]:
    """Standings of members on all their ladders, for display."""
    rows = conn.execute(
        "select member_id, ladder, tier, since, score, counted_from, review_on from tiers_standing"
        " where bucket = any(%s::smallint[]) and member_id = any(%s)",
        ([member.int & 0xFF for member in member_ids], list(member_ids)),
    )
    return [MemberStanding(*row) for row in rows]


def standings_on(
    conn: psycopg.Connection[Any], *, programme_id: int, ladder: str, after: UUID | None, limit: int
) -> list[MemberStanding]:
    """Everybody on one ladder, in the order of member ids, after `after`."""
    rows = conn.execute(
        "select member_id, ladder, tier, since, score, counted_from, review_on from tiers_standing"
        " where programme_id = %s and ladder = %s and (%s::uuid is null or member_id > %s)"
        " order by member_id limit %s",
        (programme_id, ladder, after, after, limit),
    )
    return [MemberStanding(*row) for row in rows]


def placed_on(
    conn: psycopg.Connection[Any], *, programme_id: int, ladder: str, after: bytes | None, limit: int
) -> list[bytes]:
    """Everybody on one ladder, by bucket and id, after `after`: pages in the order of the key."""
    rows = conn.execute(
        "select uuid_send(member_id) from tiers_standing where programme_id = %s and ladder = %s"
        " and (bucket, member_id) > (%s::smallint, %s::uuid) order by bucket, member_id limit %s",
        (programme_id, ladder, -1 if after is None else after[15], UUID(bytes=after or bytes(16)), limit),
    )
    return [row[0] for row in rows]


def count_placed(conn: psycopg.Connection[Any], *, programme_id: int, ladder: str) -> int:
    """How many members stand on the ladder."""
    row = conn.execute(
        "select count(*) from tiers_standing where programme_id = %s and ladder = %s", (programme_id, ladder)
    ).fetchone()
    return int(row[0]) if row else 0


def placed_by_tier(conn: psycopg.Connection[Any], *, programme_id: int, ladder: str) -> dict[str, int]:
    """How many members hold each tier of a ladder. Who is part of another member stands where that one does."""
    rows = conn.execute(
        "select tier, count(*) from tiers_standing s where programme_id = %s and ladder = %s"
        " and not exists (select from merges_alias a where a.bucket = s.bucket and a.member_id = s.member_id)"
        " group by tier",
        (programme_id, ladder),
    )
    return {row[0]: row[1] for row in rows}


def losing_by(
    conn: psycopg.Connection[Any], *, programme_id: int, ladder: str, lowest: str, day: date, limit: int
) -> list[UUID]:
    """Members above the lowest tier whose standing may change by that day without an event, the first ones first."""
    rows = conn.execute(
        "select member_id from tiers_standing s where programme_id = %s and ladder = %s and review_on <= %s"
        " and tier <> %s"
        " and not exists (select from merges_alias a where a.bucket = s.bucket and a.member_id = s.member_id)"
        " order by review_on, member_id limit %s",
        (programme_id, ladder, day, lowest, limit),
    )
    return [row[0] for row in rows]


def close_to(
    conn: psycopg.Connection[Any], *, programme_id: int, ladder: str, tier: str, since: int, below: int, limit: int
) -> list[tuple[UUID, int]]:
    """Members on a tier with a score in that span, the highest first; as of the latest event or review of each."""
    rows = conn.execute(
        "select member_id, score from tiers_standing s where programme_id = %s and ladder = %s and tier = %s"
        " and score >= %s and score < %s"
        " and not exists (select from merges_alias a where a.bucket = s.bucket and a.member_id = s.member_id)"
        " order by score desc, member_id limit %s",
        (programme_id, ladder, tier, since, below, limit),
    )
    return [(row[0], row[1]) for row in rows]


def standings_before(
    conn: psycopg.Connection[Any], members: Sequence[bytes], *, ladder: str, version: int
) -> dict[bytes, Standing]:
    """How members stood before the ladder changed with that version; those who came later are left out."""
    rows = conn.execute(
        "select uuid_send(s.member_id), s.tier, s.since, s.score, s.counted_from, s.review_on, s.earned, s.assigned,"
        " s.assigned_until, s.fell_on, s.kept_until, s.form"
        " from tiers_before s join unnest(%b::smallint[], %b::uuid[]) k(bucket, member_id)"
        " on s.bucket = k.bucket and s.member_id = k.member_id where s.ladder = %b and s.version = %b::int",
        (SmallIntArray([member[15] for member in members]), UuidArray(members), ladder, version),
        binary=True,
    )
    return {member: Standing(*rest) for member, *rest in rows}


def changeovers(conn: psycopg.Connection[Any], *, programme_id: int) -> list[Changeover]:
    """How far changes of ladders have come, the latest first."""
    rows = conn.execute(
        "select ladder, version, total, done, up, down, kept, after_member, started_at, finished_at"
        " from tiers_changeover where programme_id = %s order by started_at desc, ladder",
        [programme_id],
    )
    return [Changeover(*row) for row in rows]


def tier_changes(conn: psycopg.Connection[Any], *, member_ids: Sequence[UUID], limit: int = 100) -> list[TierChange]:
    """Steps up and down of a member, and of those who are part of it, the latest first."""
    rows = conn.execute(
        "select ladder, from_tier, to_tier, score, changed_at, cause_kind, member_id from tiers_change"
        " where bucket = any(%s::smallint[]) and member_id = any(%s) order by changed_at desc, id desc limit %s",
        ([each.int & 0xFF for each in member_ids], list(member_ids), limit),
    )
    return [TierChange(row[0], row[1], row[2], row[3], row[4], ChangeCause(row[5]), row[6]) for row in rows]


def assignments_in_force(
    conn: psycopg.Connection[Any], *, member_id: UUID, ladder: str | None = None
) -> list[Assignment]:
    """Tiers that staff gave the member and that are in force: one for a ladder at most."""
    rows = conn.execute(
        "select id, member_id, ladder, tier, kind, reason, proof, until, given_by, given_at, accepted_at"
        " from tiers_assignment"
        " where bucket = %s and member_id = %s and ended_at is null and (%s::text is null or ladder = %s)"
        " order by ladder",
        (member_id.int & 0xFF, member_id, ladder, ladder),
    )
    return [Assignment(row[0], row[1], row[2], row[3], AssignmentKind(row[4]), *row[5:]) for row in rows]


def changing_by(
    conn: psycopg.Connection[Any], *, programme_id: int, ladder: str, day: date, after: UUID | None, limit: int
) -> list[UUID]:
    """Members whose standing on the ladder may change by that day without an event, in id order, after `after`."""
    rows = conn.execute(
        "select member_id from tiers_standing where programme_id = %s and ladder = %s and review_on <= %s"
        " and (%s::uuid is null or member_id > %s) order by member_id limit %s",
        (programme_id, ladder, day, after, after, limit),
    )
    return [row[0] for row in rows]


def due_for_review(
    conn: psycopg.Connection[Any], *, programme_id: int, today: date, after: UUID | None, limit: int
) -> list[UUID]:
    """Members with a standing that may change today without an event, in id order, after `after`."""
    rows = conn.execute(
        "select distinct member_id from tiers_standing where programme_id = %s and review_on <= %s"
        " and (%s::uuid is null or member_id > %s) order by member_id limit %s",
        (programme_id, today, after, after, limit),
    )
    return [row[0] for row in rows]
