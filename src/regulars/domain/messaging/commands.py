"""Writes of messages. Set-based: a larger batch takes no more statements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from regulars.database.binary import UuidArray
from regulars.domain.messaging.contracts import NewMessage

_STORE = """
    insert into messaging_message
        (bucket, id, organisation_id, programme_id, member_id, kind, occasion, content, created_at)
    select k.bucket, k.id, %s, %s, k.member_id, k.kind, k.occasion, k.content, %s
    from unnest(%s::smallint[], %s::uuid[], %s::uuid[], %s::text[], %s::text[], %s::jsonb[])
      k(bucket, id, member_id, kind, occasion, content)
    on conflict (bucket, member_id, kind, occasion) do nothing
"""


def store_messages(
    conn: psycopg.Connection[Any],
    messages: Sequence[NewMessage],
    *,
    organisation_id: int,
    programme_id: int,
    now: datetime,
) -> int:
    """Stores what is new; how many. A member who was told of the occasion before is not told again."""
    if not messages:
        return 0
    # In the order of the unique key: two workers that store the same must not wait for each other.
    ordered = sorted(messages, key=lambda each: (each.member[15], each.member, each.kind, each.occasion))
    return conn.execute(
        _STORE,
        (
            organisation_id,
            programme_id,
            now,
            [each.member[15] for each in ordered],
            UuidArray([each.id for each in ordered]),
            UuidArray([each.member for each in ordered]),
            [each.kind for each in ordered],
            [each.occasion for each in ordered],
            [Jsonb(dict(each.values)) for each in ordered],
        ),
    ).rowcount


def mark_read(conn: psycopg.Connection[Any], *, member_id: UUID, now: datetime) -> int:
    """The member has seen all messages; how many were new to them."""
    return conn.execute(
        "update messaging_message set read_at = %s where bucket = %s and member_id = %s and read_at is null",
        (now, member_id.int & 0xFF, member_id),
    ).rowcount


def remember_reminded(
    conn: psycopg.Connection[Any], *, programme_id: int, organisation_id: int, point_type: int, through: date
) -> None:
    """All reminders of the point type are stored up to that local day. It never goes back."""
    conn.execute(
        "insert into messaging_reminding as r (programme_id, point_type, organisation_id, through)"
        " values (%s, %s, %s, %s) on conflict (programme_id, point_type)"
        " do update set through = greatest(r.through, excluded.through)",
        (programme_id, point_type, organisation_id, through),
    )
