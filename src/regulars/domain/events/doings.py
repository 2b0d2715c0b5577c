"""What members did at all: when last, and which kinds of events ever came."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.events.contracts import ENROLLED, OCCASIONS


def last_doings(conn: psycopg.Connection[Any], *, members: Sequence[UUID]) -> dict[UUID, datetime]:
    """When each member did something last; what time made is nothing that they did. Who did nothing is missing."""
    rows = conn.execute(
        "select m.id, e.occurred_at from unnest(%(buckets)s::smallint[], %(members)s::uuid[]) m(bucket, id)"
        " cross join lateral (select occurred_at from events_event e where e.bucket = m.bucket and e.member_id = m.id"
        " and e.type <> all(%(occasions)s) order by occurred_at desc limit 1) e",
        {
            "buckets": [each.int & 0xFF for each in members],
            "members": list(members),
            "occasions": list(OCCASIONS),
        },
    )
    return dict(rows.fetchall())


def types_seen(conn: psycopg.Connection[Any], *, programme_id: int, types: Collection[str]) -> set[str]:
    """Those of the event types of which at least one event came."""
    rows = conn.execute(
        "select t.type from unnest(%s::text[]) t(type)"
        " where exists (select from events_event e where e.programme_id = %s and e.type = t.type)",
        (sorted(types), programme_id),
    )
    return {name for (name,) in rows}


def anything_done(conn: psycopg.Connection[Any], *, programme_id: int) -> bool:
    """Whether members ever did more than to join."""
    # By the histories of its members, which are narrow: of a programme that is new beside large ones, nothing stops a
    # search through the events before their end.
    row = conn.execute(
        "select exists (select from events_history h cross join lateral (select from events_event e"
        " where e.bucket = h.bucket and e.member_id = h.member_id and e.type <> %s limit 1) e"
        " where h.programme_id = %s)",
        (ENROLLED, programme_id),
    ).fetchone()
    return row is not None and bool(row[0])


def came_before(
    conn: psycopg.Connection[Any], *, programme_id: int, since: datetime, until: datetime | None, came: datetime
) -> bool:
    """Whether anything happened from `since` on, before `until` or at any time, that had come before `came`."""
    row = conn.execute(
        "select exists (select from events_event where programme_id = %s and occurred_at >= %s"
        " and occurred_at < coalesce(%s::timestamptz, 'infinity') and received_at < %s)",
        (programme_id, since, until, came),
    ).fetchone()
    return bool(row and row[0])


def has_events(conn: psycopg.Connection[Any], *, programme_id: int, since: datetime, until: datetime) -> bool:
    """Whether anything happened from `since` on that had come by `until`."""
    row = conn.execute(
        "select exists (select from events_event where programme_id = %s and occurred_at >= %s and received_at <= %s)",
        (programme_id, since, until),
    ).fetchone()
    return bool(row and row[0])
