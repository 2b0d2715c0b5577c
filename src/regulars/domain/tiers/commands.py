"""Writes standings and their changes, set-based."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.database.binary import (
    BigIntArray,
    DateArray,
    IntArray,
    RowPacker,
    SmallIntArray,
    TextArray,
    TimestampArray,
    UuidArray,
    days,
    micros,
)
from regulars.domain.tiers.contracts import Assignment, AssignmentEnd, NewChange
from regulars.domain.tiers.standing import Standing
from regulars.kernel.ids import new_id_bytes

_CHANGES = RowPacker(
    "tiers_change",
    {
        "bucket": "int2", "id": "uuid", "organisation_id": "int4", "programme_id": "int4", "member_id": "uuid",
        "score": "int8", "changed_at": "timestamptz", "cause_kind": "int2", "cause": "uuid",
    },
    ["ladder", "from_tier", "to_tier"],
)  # fmt: skip

_WRITE_STANDINGS = """
    insert into tiers_standing as s
        (bucket, member_id, ladder, organisation_id, programme_id, tier, since, score, counted_from, review_on, earned,
         assigned, assigned_until, fell_on, kept_until, form)
    select k.bucket, k.member_id, k.ladder, %b::int, %b::int, k.tier, k.since, k.score, k.counted_from, k.review_on,
           k.earned, k.assigned, k.assigned_until, k.fell_on, k.kept_until, k.form
    from unnest(%b::smallint[], %b::uuid[], %b::text[], %b::text[], %b::timestamptz[], %b::bigint[], %b::date[],
                %b::date[], %b::text[], %b::text[], %b::date[], %b::date[], %b::date[], %b::int[])
         k(bucket, member_id, ladder, tier, since, score, counted_from, review_on, earned, assigned, assigned_until,
           fell_on, kept_until, form)
    on conflict (bucket, member_id, ladder) do update
    set tier = excluded.tier, since = excluded.since, score = excluded.score,
        counted_from = excluded.counted_from, review_on = excluded.review_on, earned = excluded.earned,
        assigned = excluded.assigned, assigned_until = excluded.assigned_until, fell_on = excluded.fell_on,
        kept_until = excluded.kept_until, form = excluded.form
"""


def write_standings(
    conn: psycopg.Connection[Any],
    standings: Mapping[tuple[bytes, str], Standing],
    *,
    organisation_id: int,
    programme_id: int,
) -> None:
    """Writes standings as they are now. The members must be locked by this transaction."""
    if not standings:
        return
    keys = sorted(standings, key=lambda key: (key[0][15], key))
    rows = [standings[key] for key in keys]
    conn.execute(
        _WRITE_STANDINGS,
        (
            organisation_id,
            programme_id,
            SmallIntArray([member[15] for member, _ in keys]),
            UuidArray([member for member, _ in keys]),
            TextArray([ladder.encode() for _, ladder in keys]),
            TextArray([row.tier.encode() for row in rows]),
            TimestampArray([micros(row.since) for row in rows]),
            BigIntArray([row.score for row in rows]),
            DateArray([days(row.counted_from) for row in rows]),
            DateArray([days(row.review_on) for row in rows]),
            TextArray([row.earned.encode() for row in rows]),
            TextArray([row.assigned.encode() for row in rows]),
            DateArray([days(row.assigned_until) for row in rows]),
            DateArray([days(row.fell_on) for row in rows]),
            DateArray([days(row.kept_until) for row in rows]),
            IntArray([row.form for row in rows]),
        ),
    )


_KEEP_BEFORE = """
    insert into tiers_before as b
        (bucket, member_id, ladder, organisation_id, programme_id, version, tier, since, score, counted_from, review_on,
         earned, assigned, assigned_until, fell_on, kept_until, form)
    select k.bucket, k.member_id, %b, %b::int, %b::int, %b::int, k.tier, k.since, k.score, k.counted_from, k.review_on,
           k.earned, k.assigned, k.assigned_until, k.fell_on, k.kept_until, k.form
    from unnest(%b::smallint[], %b::uuid[], %b::text[], %b::timestamptz[], %b::bigint[], %b::date[], %b::date[],
                %b::text[], %b::text[], %b::date[], %b::date[], %b::date[], %b::int[])
         k(bucket, member_id, tier, since, score, counted_from, review_on, earned, assigned, assigned_until, fell_on,
           kept_until, form)
    on conflict (bucket, member_id, ladder) do update
    set version = excluded.version, tier = excluded.tier, since = excluded.since, score = excluded.score,
        counted_from = excluded.counted_from, review_on = excluded.review_on, earned = excluded.earned,
        assigned = excluded.assigned, assigned_until = excluded.assigned_until, fell_on = excluded.fell_on,
        kept_until = excluded.kept_until, form = excluded.form
"""


def keep_before(
    conn: psycopg.Connection[Any],
    standings: Mapping[bytes, Standing],
    *,
    ladder: str,
    version: int,
    organisation_id: int,
    programme_id: int,
) -> None:
    """Remembers how members stood before the ladder changed with that version; what was before it is forgotten."""
    if not standings:
        return
    members = sorted(standings, key=lambda member: (member[15], member))
    rows = [standings[member] for member in members]
    conn.execute(
        _KEEP_BEFORE,
        (
            ladder, organisation_id, programme_id, version,
            SmallIntArray([member[15] for member in members]), UuidArray(members),
            TextArray([row.tier.encode() for row in rows]), TimestampArray([micros(row.since) for row in rows]),
            BigIntArray([row.score for row in rows]), DateArray([days(row.counted_from) for row in rows]),
            DateArray([days(row.review_on) for row in rows]), TextArray([row.earned.encode() for row in rows]),
            TextArray([row.assigned.encode() for row in rows]),
            DateArray([days(row.assigned_until) for row in rows]),
            DateArray([days(row.fell_on) for row in rows]), DateArray([days(row.kept_until) for row in rows]),
            IntArray([row.form for row in rows]),
        ),
    )  # fmt: skip


def begin_changeover(
    conn: psycopg.Connection[Any],
    *,
    ladder: str,
    version: int,
    organisation_id: int,
    programme_id: int,
    now: datetime,
) -> tuple[bytes | None, bool]:
    """How far the change has come: (the last member who was done, whether it is finished).

    Held until the transaction ends: another worker waits, and goes on from where this one came to.
    """
    key = (programme_id, ladder, version)
    conn.execute(
        "insert into tiers_changeover (programme_id, ladder, version, organisation_id, total, started_at)"
        " select %s, %s, %s, %s, (select count(*) from tiers_standing where programme_id = %s and ladder = %s), %s"
        " where not exists (select from tiers_changeover where programme_id = %s and ladder = %s and version = %s)"
        " on conflict do nothing",
        (*key, organisation_id, programme_id, ladder, now, *key),
    )
    row = conn.execute(
        "select uuid_send(after_member), finished_at is not null from tiers_changeover"
        " where programme_id = %s and ladder = %s and version = %s for update",
        key,
    ).fetchone()
    return (None, True) if row is None else (row[0], row[1])


def record_changeover(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    ladder: str,
    version: int,
    after: bytes | None,
    done: int,
    ways: Mapping[str, int],
    finished_at: datetime | None,
) -> None:
    """The change has come to this member. done: members of this batch; ways: how many of them rose, fell, were kept."""
    conn.execute(
        "update tiers_changeover set after_member = coalesce(%s::uuid, after_member), done = done + %s, up = up + %s,"
        " down = down + %s, kept = kept + %s, finished_at = %s"
        " where programme_id = %s and ladder = %s and version = %s",
        (
            None if after is None else after.hex(), done, ways.get("up", 0), ways.get("down", 0), ways.get("kept", 0),
            finished_at, programme_id, ladder, version,
        ),
    )  # fmt: skip


def record_changes(
    conn: psycopg.Connection[Any], changes: Sequence[NewChange], *, organisation_id: int, programme_id: int
) -> None:
    """Appends tier changes."""
    if changes:
        _CHANGES.insert(
            conn,
            [
                _CHANGES.row(
                    (
                        each.member_id[15], new_id_bytes(each.member_id[15]), organisation_id, programme_id,
                        each.member_id, each.score, micros(each.changed_at), each.cause_kind, each.cause,
                    ),
                    (each.ladder.encode(), each.from_tier.encode(), each.to_tier.encode()),
                )
                for each in changes
            ],
        )  # fmt: skip


def give_tier(
    conn: psycopg.Connection[Any], assignment: Assignment, *, organisation_id: int, programme_id: int
) -> None:
    """Writes a tier that staff gave. The one before must have been ended."""
    conn.execute(
        "insert into tiers_assignment (bucket, id, organisation_id, programme_id, member_id, ladder, tier, kind,"
        " reason, proof, until, given_by, given_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            assignment.member_id.int & 0xFF, assignment.id, organisation_id, programme_id, assignment.member_id,
            assignment.ladder, assignment.tier, int(assignment.kind), assignment.reason, assignment.proof,
            assignment.until, assignment.given_by, assignment.given_at,
        ),
    )  # fmt: skip


def accept_tier(conn: psycopg.Connection[Any], *, member_id: UUID, assignment_id: UUID, now: datetime) -> None:
    """The member accepted the invitation; the first time counts."""
    conn.execute(
        "update tiers_assignment set accepted_at = %s where bucket = %s and id = %s and accepted_at is null",
        (now, member_id.int & 0xFF, assignment_id),
    )


def end_tier(
    conn: psycopg.Connection[Any], *, member_id: UUID, ladder: str, how: AssignmentEnd, by: str, now: datetime
) -> None:
    """Ends what staff gave on the ladder, if there is something."""
    conn.execute(
        "update tiers_assignment set ended_how = %s, ended_by = %s, ended_at = %s"
        " where bucket = %s and member_id = %s and ladder = %s and ended_at is null",
        (int(how), by, now, member_id.int & 0xFF, member_id, ladder),
    )


def end_past_assignments(conn: psycopg.Connection[Any], *, programme_id: int, today: date, now: datetime) -> int:
    """Ends all of which the last day is over; how many. The standings are reviewed before."""
    return conn.execute(
        "update tiers_assignment set ended_how = %s, ended_at = %s"
        " where programme_id = %s and ended_at is null and until < %s",
        (int(AssignmentEnd.time_over), now, programme_id, today),
    ).rowcount
