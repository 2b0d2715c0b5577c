"""Reads of adjustments and of what an operator has used of the day's limit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.adjustments.contracts import Adjustment, AdjustmentState

_ADJUSTMENT = """
    select id, programme_id, member_id, point_type, points, reason, reason_name, note, message, state, by_whom,
           created_at, decided_by, decided_at, decision, transfer_id, posted_at, day, reversal_id, reversed_by,
           reversed_at, reversed_points
    from adjustments_adjustment
"""


def adjustment(conn: psycopg.Connection[Any], *, programme_id: int, adjustment_id: UUID) -> Adjustment | None:
    """One adjustment, or None."""
    row = conn.execute(
        f"{_ADJUSTMENT} where bucket = %s and id = %s and programme_id = %s",
        (adjustment_id.int & 0xFF, adjustment_id, programme_id),
    ).fetchone()
    return None if row is None else _adjustment(row)


def adjustments_by_id(conn: psycopg.Connection[Any], *, ids: Sequence[UUID]) -> dict[UUID, Adjustment]:
    """Several adjustments, those that exist."""
    rows = conn.execute(
        f"{_ADJUSTMENT} where bucket = any(%s::smallint[]) and id = any(%s)",
        ([each.int & 0xFF for each in ids], list(ids)),
    )
    return {row[0]: _adjustment(row) for row in rows}


def adjustments_of_member(
    conn: psycopg.Connection[Any], *, member_id: UUID, before: tuple[datetime, UUID] | None = None, limit: int = 50
) -> list[Adjustment]:
    """A member's adjustments, the latest first. before: (created_at, id) of the last one of the page before."""
    at, identifier = before or (None, None)
    rows = conn.execute(
        f"{_ADJUSTMENT} where bucket = %(bucket)s and member_id = %(member)s"
        " and (%(at)s::timestamptz is null or (created_at, id) < (%(at)s, %(id)s::uuid))"
        " order by created_at desc, id desc limit %(limit)s",
        {"bucket": member_id.int & 0xFF, "member": member_id, "at": at, "id": identifier, "limit": limit},
    )
    return [_adjustment(row) for row in rows]


def adjustments_waiting(
    conn: psycopg.Connection[Any], *, programme_id: int, after: tuple[datetime, UUID] | None = None, limit: int = 50
) -> list[Adjustment]:
    """What waits for a second person, the oldest first. after: (created_at, id) of the last one of the page before."""
    at, identifier = after or (None, None)
    rows = conn.execute(
        f"{_ADJUSTMENT} where programme_id = %(programme)s and state = 1"
        " and (%(at)s::timestamptz is null or (created_at, id) > (%(at)s, %(id)s::uuid))"
        " order by created_at, id limit %(limit)s",
        {"programme": programme_id, "at": at, "id": identifier, "limit": limit},
    )
    return [_adjustment(row) for row in rows]


def adjustments_decided(conn: psycopg.Connection[Any], *, programme_id: int, limit: int) -> list[Adjustment]:
    """What a second person decided, the latest first."""
    rows = conn.execute(
        f"{_ADJUSTMENT} where programme_id = %s and decided_at is not null order by decided_at desc, id desc limit %s",
        (programme_id, limit),
    )
    return [_adjustment(row) for row in rows]


def count_waiting(conn: psycopg.Connection[Any], *, programme_id: int) -> int:
    """How many adjustments wait for a second person."""
    row = conn.execute(
        "select count(*) from adjustments_adjustment where programme_id = %s and state = 1", [programme_id]
    ).fetchone()
    return int(row[0]) if row else 0


def used_on(conn: psycopg.Connection[Any], *, programme_id: int, by: str, day: date, point_type: int) -> int:
    """How many points the operator gave and took on the local day."""
    row = conn.execute(
        "select points from adjustments_use where programme_id = %s and by_whom = %s and day = %s and point_type = %s",
        (programme_id, by, day, point_type),
    ).fetchone()
    return int(row[0]) if row else 0


def _adjustment(row: tuple[Any, ...]) -> Adjustment:
    return Adjustment(*(*row[:9], AdjustmentState(row[9]), *row[10:]))
