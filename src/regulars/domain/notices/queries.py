"""Reads of notices."""

from __future__ import annotations

from typing import Any

import psycopg

from regulars.domain.notices.contracts import Choice, Notice


def notices(
    conn: psycopg.Connection[Any], *, programme_id: int, recipient: str, before: int | None = None, limit: int = 30
) -> list[Notice]:
    """The notices of an operator, the latest first. before: only those with a smaller number."""
    rows = conn.execute(
        "select id, kind, details, at, read_at from notices_notice where programme_id = %(programme)s"
        " and recipient = %(recipient)s and (%(before)s::bigint is null or id < %(before)s)"
        " order by id desc limit %(limit)s",
        {"programme": programme_id, "recipient": recipient, "before": before, "limit": limit},
    )
    return [Notice(*row) for row in rows]


def count_unread(conn: psycopg.Connection[Any], *, programme_id: int, recipient: str) -> int:
    """How many notices wait to be read."""
    row = conn.execute(
        "select count(*) from notices_notice where programme_id = %s and recipient = %s and read_at is null",
        (programme_id, recipient),
    ).fetchone()
    return 0 if row is None else int(row[0])


def choices(conn: psycopg.Connection[Any], *, programme_id: int, operator: str) -> dict[str, Choice]:
    """By kind, where the operator wants something else than usual."""
    rows = conn.execute(
        "select kind, shown, by_mail from notices_choice where programme_id = %s and operator = %s",
        (programme_id, operator),
    )
    return {kind: Choice(shown, by_mail) for kind, shown, by_mail in rows}
