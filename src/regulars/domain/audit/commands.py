"""Appends to the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb


def record_act(
    conn: psycopg.Connection[Any],
    *,
    entry_id: UUID,
    organisation_id: int,
    programme_id: int,
    now: datetime,
    by: str,
    action: str,
    subject: UUID,
    details: dict[str, Any],
) -> None:
    """Appends one act. entry_id: in the bucket of the subject, so that both lie together."""
    conn.execute(
        "insert into audit_entry (bucket, id, organisation_id, programme_id, at, by_whom, action, subject, details)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (subject.int & 0xFF, entry_id, organisation_id, programme_id, now, by, action, subject, Jsonb(details)),
    )
