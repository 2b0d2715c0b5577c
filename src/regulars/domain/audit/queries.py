"""Reads of the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.audit.contracts import AuditEntry

_ENTRY = "select id, at, by_whom, action, subject, details from audit_entry"


def acts_about(conn: psycopg.Connection[Any], *, subject: UUID, limit: int = 50) -> list[AuditEntry]:
    """What was done to a member, and who read about them; the latest first."""
    rows = conn.execute(
        f"{_ENTRY} where bucket = %s and subject = %s order by at desc, id desc limit %s",
        (subject.int & 0xFF, subject, limit),
    )
    return [AuditEntry(*row) for row in rows]


def acts_in_bucket(
    conn: psycopg.Connection[Any], *, programme_id: int, bucket: int, actions: Sequence[str]
) -> list[tuple[Any, ...]]:
    """What was done to the members of a bucket, in the order in which it was: (id, subject, at, action, details)."""
    return conn.execute(
        "select uuid_send(id), uuid_send(subject), at, action, details from audit_entry"
        " where bucket = %s::smallint and programme_id = %s::int and action = any(%s::text[]) order by id",
        (bucket, programme_id, list(actions)),
    ).fetchall()
