"""Reads of badges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg

from regulars.database.binary import SmallIntArray, UuidArray
from regulars.domain.challenges.contracts import BadgeHeld

_HELD = """
    select uuid_send(b.member_id), b.badge, uuid_send(b.cause) from challenges_badge b
    join unnest(%b::smallint[], %b::uuid[]) k(bucket, member_id) on b.bucket = k.bucket and b.member_id = k.member_id
    where b.taken_at is null
"""


def badges_of(conn: psycopg.Connection[Any], members: Sequence[bytes]) -> dict[bytes, dict[str, bytes]]:
    """The badges of members, each with what had brought it. The members must be locked by this transaction."""
    found: dict[bytes, dict[str, bytes]] = {}
    keys = SmallIntArray([member[15] for member in members]), UuidArray(members)
    for member, badge, cause in conn.execute(_HELD, keys, binary=True):
        found.setdefault(member, {})[badge] = cause
    return found


def undone_wins(conn: psycopg.Connection[Any], *, rule: str, event_ids: Sequence[bytes]) -> set[bytes]:
    """Of events that won something by a rule, those of which returns undid it."""
    rows = conn.execute(
        "select uuid_send(u.event_id) from unnest(%s::smallint[], %s::uuid[]) k(bucket, event_id)"
        " join challenges_undone u on u.bucket = k.bucket and u.event_id = k.event_id where u.rule = %s",
        ([each[15] for each in event_ids], [UUID(bytes=each) for each in event_ids], rule),
    )
    return {row[0] for row in rows}


def badges(conn: psycopg.Connection[Any], *, member_ids: Sequence[UUID]) -> list[BadgeHeld]:
    """The badges of a member and of those who are part of it, the latest first; what several have, once."""
    rows = conn.execute(
        "select badge, rule, cause, awarded_at, by_whom, reason from ("
        " select distinct on (badge) * from challenges_badge"
        " where bucket = any(%s::smallint[]) and member_id = any(%s) and taken_at is null"
        " order by badge, awarded_at, member_id) first order by awarded_at desc, badge",
        ([each.int & 0xFF for each in member_ids], list(member_ids)),
    )
    return [BadgeHeld(*row) for row in rows]


def wants_quiet(conn: psycopg.Connection[Any], *, member_id: UUID) -> bool:
    """Whether the member wants to see nothing of challenges."""
    row = conn.execute(
        "select exists (select from challenges_quiet where bucket = %s and member_id = %s)",
        (member_id.int & 0xFF, member_id),
    ).fetchone()
    return bool(row and row[0])
