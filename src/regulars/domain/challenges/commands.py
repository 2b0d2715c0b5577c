"""Writes badges, set-based."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.database.binary import SmallIntArray, TextArray, TimestampArray, UuidArray, micros
from regulars.domain.challenges.contracts import Award, UndoneWin

_GIVE = """
    insert into challenges_badge as b (bucket, member_id, badge, organisation_id, programme_id, rule, cause, awarded_at,
                                       by_whom, reason)
    select k.bucket, k.member_id, k.badge, %b::int, %b::int, k.rule, k.cause, k.at, k.by_whom, k.reason
    from unnest(%b::smallint[], %b::uuid[], %b::text[], %b::text[], %b::uuid[], %b::timestamptz[], %b::text[],
                %b::text[]) k(bucket, member_id, badge, rule, cause, at, by_whom, reason)
    on conflict (bucket, member_id, badge) do update
    set rule = excluded.rule, cause = excluded.cause, awarded_at = excluded.awarded_at, by_whom = excluded.by_whom,
        reason = excluded.reason, taken_at = null
    where b.taken_at is not null
"""
_TAKE = """
    update challenges_badge b set taken_at = k.at
    from unnest(%b::smallint[], %b::uuid[], %b::text[], %b::timestamptz[]) k(bucket, member_id, badge, at)
    where b.bucket = k.bucket and b.member_id = k.member_id and b.badge = k.badge and b.taken_at is null
"""
_UNDO = """
    insert into challenges_undone (bucket, event_id, rule, organisation_id, programme_id, member_id, return_id)
    select k.bucket, k.event_id, k.rule, %b::int, %b::int, k.member_id, k.return_id
    from unnest(%b::smallint[], %b::uuid[], %b::text[], %b::uuid[], %b::uuid[])
         k(bucket, event_id, rule, member_id, return_id)
"""


def write_awards(
    conn: psycopg.Connection[Any], awards: Sequence[Award], *, organisation_id: int, programme_id: int
) -> None:
    """Gives and takes badges; of several about one badge of a member the last one holds. The members must be locked."""
    last = {(each.member_id, each.badge): each for each in awards}
    rows = sorted(last.values(), key=lambda each: (each.member_id[15], each.member_id, each.badge))
    given, taken = [each for each in rows if not each.taken], [each for each in rows if each.taken]
    if given:
        conn.execute(
            _GIVE,
            (
                organisation_id,
                programme_id,
                *_keys(given),
                TextArray([each.rule.encode() for each in given]),
                UuidArray([each.cause for each in given]),
                TimestampArray([micros(each.at) for each in given]),
                TextArray([each.by.encode() for each in given]),
                TextArray([each.reason.encode() for each in given]),
            ),
        )
    if taken:
        conn.execute(_TAKE, (*_keys(taken), TimestampArray([micros(each.at) for each in taken])))


def record_undone(
    conn: psycopg.Connection[Any], wins: Sequence[UndoneWin], *, organisation_id: int, programme_id: int
) -> None:
    """Wins that returns undid. The members must be locked."""
    conn.execute(
        _UNDO,
        (
            organisation_id,
            programme_id,
            SmallIntArray([each.event_id[15] for each in wins]),
            UuidArray([each.event_id for each in wins]),
            TextArray([each.rule.encode() for each in wins]),
            UuidArray([each.member_id for each in wins]),
            UuidArray([each.return_id for each in wins]),
        ),
    )


def set_quiet(
    conn: psycopg.Connection[Any],
    *,
    member_id: UUID,
    quiet: bool,
    organisation_id: int,
    programme_id: int,
    now: datetime,
) -> None:
    """Whether the member wants to see nothing of challenges. Saying it again changes nothing."""
    place = (member_id.int & 0xFF, member_id)
    if not quiet:
        conn.execute("delete from challenges_quiet where bucket = %s and member_id = %s", place)
        return
    conn.execute(
        "insert into challenges_quiet (bucket, member_id, organisation_id, programme_id, since)"
        " values (%s, %s, %s, %s, %s) on conflict do nothing",
        (*place, organisation_id, programme_id, now),
    )


def _keys(rows: Sequence[Award]) -> tuple[SmallIntArray, UuidArray, TextArray]:
    return (
        SmallIntArray([each.member_id[15] for each in rows]),
        UuidArray([each.member_id for each in rows]),
        TextArray([each.badge.encode() for each in rows]),
    )
