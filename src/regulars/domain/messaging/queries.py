"""Reads of messages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.messaging.contracts import Message, MessageState


def messages_of(
    conn: psycopg.Connection[Any],
    *,
    member_id: UUID,
    before: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[Message]:
    """What a member was told, the latest first. before: time and id of the last one of the page before."""
    at, identifier = before or (None, None)
    rows = conn.execute(
        "select id, member_id, kind, content, state, created_at, read_at from messaging_message"
        " where bucket = %s and member_id = %s"
        " and (%s::timestamptz is null or (created_at, id) < (%s::timestamptz, %s::uuid))"
        " order by created_at desc, id desc limit %s",
        (member_id.int & 0xFF, member_id, at, at, identifier, limit),
    )
    return [Message(*(*row[:4], MessageState(row[4]), *row[5:])) for row in rows]


def unread_messages(conn: psycopg.Connection[Any], *, member_id: UUID) -> int:
    """How many messages the member has not seen."""
    row = conn.execute(
        "select count(*) from messaging_message where bucket = %s and member_id = %s and read_at is null",
        (member_id.int & 0xFF, member_id),
    ).fetchone()
    return int(row[0]) if row else 0


def reminded_through(conn: psycopg.Connection[Any], *, programme_id: int) -> dict[int, date]:
    """By point type: the last local day of which all reminders are stored."""
    rows = conn.execute("select point_type, through from messaging_reminding where programme_id = %s", [programme_id])
    return dict(rows.fetchall())
