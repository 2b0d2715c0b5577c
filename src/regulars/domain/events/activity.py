"""Whether anything happened in a span of time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg


def has_events(conn: psycopg.Connection[Any], *, programme_id: int, since: datetime, until: datetime) -> bool:
    """Whether anything happened from `since` on that had come by `until`."""
    row = conn.execute(
        "select exists (select from events_event where programme_id = %s and occurred_at >= %s and received_at <= %s)",
        (programme_id, since, until),
    ).fetchone()
    return bool(row and row[0])
