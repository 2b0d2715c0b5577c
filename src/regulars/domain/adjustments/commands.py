"""Writes of adjustments: what is asked for, decided and taken back, and the limit of the day, exact in parallel.

Whoever calls these holds the member (members.lock_members), so that one adjustment is decided once.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.adjustments.contracts import Adjustment, AdjustmentDecided, AdjustmentState, DailyLimitReached
from regulars.domain.adjustments.queries import adjustment, used_on

# The row of the day is locked by the update itself: who comes second sees what the first has used.
_USE = """
    insert into adjustments_use as u (programme_id, by_whom, day, point_type, organisation_id, points)
    select %(programme)s, %(by)s, %(day)s, %(point_type)s, %(organisation)s, %(points)s::bigint
    where %(limit)s::bigint is null or %(points)s::bigint <= %(limit)s
    on conflict (programme_id, by_whom, day, point_type) do update set points = u.points + excluded.points
    where %(limit)s::bigint is null or u.points + excluded.points <= %(limit)s
    returning points
"""


def use_limit(
    conn: psycopg.Connection[Any],
    *,
    organisation_id: int,
    programme_id: int,
    by: str,
    day: date,
    point_type: int,
    points: int,
    limit: int | None,
) -> None:
    """Counts points, given or taken, for the operator's day. limit: None counts and never refuses.

    Raises DailyLimitReached when they do not fit; nothing is counted then.
    """
    values = {
        "organisation": organisation_id, "programme": programme_id, "by": by, "day": day, "point_type": point_type,
        "points": abs(points), "limit": limit,
    }  # fmt: skip
    counted = conn.execute(_USE, values).fetchone()
    if counted is None and limit is not None:
        used = used_on(conn, programme_id=programme_id, by=by, day=day, point_type=point_type)
        raise DailyLimitReached(limit=limit, used=used, asked=abs(points))


def free_limit(conn: psycopg.Connection[Any], undone: Adjustment) -> None:
    """What was undone within its seconds was never given: the operator's day has it back."""
    conn.execute(
        "update adjustments_use set points = points - %s"
        " where programme_id = %s and by_whom = %s and day = %s and point_type = %s",
        (abs(undone.points), undone.programme_id, undone.by, undone.day, undone.point_type),
    )


def record_adjustment(
    conn: psycopg.Connection[Any],
    *,
    adjustment_id: UUID,
    organisation_id: int,
    programme_id: int,
    member_id: UUID,
    point_type: int,
    points: int,
    reason: str,
    reason_name: str,
    note: str,
    message: str,
    by: str,
    now: datetime,
) -> None:
    """Writes an adjustment that waits."""
    conn.execute(
        "insert into adjustments_adjustment (bucket, id, organisation_id, programme_id, member_id, point_type, points,"
        " reason, reason_name, note, message, state, by_whom, created_at)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            adjustment_id.int & 0xFF, adjustment_id, organisation_id, programme_id, member_id, point_type, points,
            reason, reason_name, note, message, int(AdjustmentState.waiting), by, now,
        ),
    )  # fmt: skip


def post_adjustment(
    conn: psycopg.Connection[Any],
    found: Adjustment,
    *,
    transfer_id: UUID,
    day: date,
    now: datetime,
    decided_by: str | None = None,
) -> None:
    """The points moved. decided_by: the second person, where one was needed. Raises AdjustmentDecided."""
    done = conn.execute(
        "update adjustments_adjustment set state = 2, transfer_id = %s, posted_at = %s, day = %s, decided_by = %s,"
        " decided_at = %s where bucket = %s and id = %s and state = 1",
        (
            transfer_id, now, day, decided_by, None if decided_by is None else now, found.id.int & 0xFF, found.id,
        ),
    )  # fmt: skip
    _moved(conn, found, done.rowcount)


def decline_adjustment(conn: psycopg.Connection[Any], found: Adjustment, *, by: str, why: str, now: datetime) -> None:
    """It never happens. Raises AdjustmentDecided."""
    done = conn.execute(
        "update adjustments_adjustment set state = 3, decided_by = %s, decided_at = %s, decision = %s"
        " where bucket = %s and id = %s and state = 1",
        (by, now, why, found.id.int & 0xFF, found.id),
    )
    _moved(conn, found, done.rowcount)


def end_adjustment(
    conn: psycopg.Connection[Any],
    found: Adjustment,
    *,
    to: AdjustmentState,
    reversal_id: UUID,
    points: int,
    by: str,
    now: datetime,
) -> None:
    """What was posted is taken back, once. to: reversed or undone; points: how many moved back, without sign.

    Raises AdjustmentDecided.
    """
    done = conn.execute(
        "update adjustments_adjustment set state = %s, reversal_id = %s, reversed_points = %s, reversed_by = %s,"
        " reversed_at = %s where bucket = %s and id = %s and state = 2",
        (int(to), reversal_id, points, by, now, found.id.int & 0xFF, found.id),
    )
    _moved(conn, found, done.rowcount)


def _moved(conn: psycopg.Connection[Any], found: Adjustment, rows: int) -> None:
    if rows == 0:
        current = adjustment(conn, programme_id=found.programme_id, adjustment_id=found.id)
        raise AdjustmentDecided(current or found)
