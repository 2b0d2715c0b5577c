"""Reads of holds: points that are set aside for something that is not yet certain."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.ledger.contracts import CauseKind, Hold, HoldState
from regulars.domain.ledger.selects import HOLDS


def hold(conn: psycopg.Connection[Any], *, hold_id: UUID) -> Hold | None:
    """One hold, or None."""
    row = conn.execute(f"{HOLDS} where h.bucket = %s and h.id = %s", (hold_id.int & 0xFF, hold_id)).fetchone()
    return None if row is None else _hold(row)


def holds_of(
    conn: psycopg.Connection[Any],
    *,
    owner: UUID,
    cause_kind: CauseKind | None = None,
    only_open: bool = False,
    only_ended: bool = False,
    before: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[Hold]:
    """An owner's holds, the latest first. before: (created_at, id) of the last one of the page before.

    cause_kind: only those that such a thing placed.
    """
    rows = conn.execute(
        f"{HOLDS} where h.bucket = %(bucket)s and h.owner = %(owner)s and (h.state = 1 or not %(open)s)"
        " and (h.state <> 1 or not %(ended)s)"
        " and (%(kind)s::smallint is null or t.cause_kind = %(kind)s)"
        " and (%(at)s::timestamptz is null or (h.created_at, h.id) < (%(at)s, %(id)s::uuid))"
        " order by h.created_at desc, h.id desc limit %(limit)s",
        {
            "bucket": owner.int & 0xFF,
            "owner": owner,
            "open": only_open,
            "ended": only_ended,
            "kind": None if cause_kind is None else int(cause_kind),
            "at": before and before[0],
            "id": before and before[1],
            "limit": limit,
        },
    )
    return [_hold(row) for row in rows]


def holds_by_id(conn: psycopg.Connection[Any], *, ids: Sequence[UUID]) -> dict[UUID, Hold]:
    """Several holds, those that exist."""
    rows = conn.execute(
        f"{HOLDS} where h.bucket = any(%s::smallint[]) and h.id = any(%s)",
        ([each.int & 0xFF for each in ids], list(ids)),
    )
    return {row[0]: _hold(row) for row in rows}


def holds_past(conn: psycopg.Connection[Any], *, point_types: Sequence[int], now: datetime, limit: int) -> list[Hold]:
    """Open holds of the point types whose time is over, the oldest first."""
    rows = conn.execute(
        f"{HOLDS} where h.state = 1 and h.expires_at <= %s and h.point_type = any(%s)"
        " order by h.expires_at, h.id limit %s",
        (now, list(point_types), limit),
    )
    return [_hold(row) for row in rows]


def _hold(row: tuple[Any, ...]) -> Hold:
    return Hold(*(*row[:5], HoldState(row[5]), *row[6:12], CauseKind(row[12]), *row[13:]))
