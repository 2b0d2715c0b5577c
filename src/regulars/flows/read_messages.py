"""The member has opened their messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.messaging.commands import mark_read


def read_messages(conn: psycopg.Connection[Any], *, member_id: UUID, now: datetime) -> int:
    """Marks all as read; how many were new. Doing it again changes nothing."""
    with conn.transaction():
        return mark_read(conn, member_id=member_id, now=now)
