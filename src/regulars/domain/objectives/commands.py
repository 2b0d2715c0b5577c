"""Writes of objectives. Readings are appended, and never written twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import psycopg

from regulars.domain.objectives.contracts import ObjectiveDraft, Reading


def set_objective(
    conn: psycopg.Connection[Any],
    draft: ObjectiveDraft,
    *,
    organisation_id: int,
    programme_id: int,
    set_on: date,
    now: datetime,
    by: str,
) -> int:
    """Writes an objective and returns its id."""
    row = conn.execute(
        "insert into objectives_objective (organisation_id, programme_id, name, measure, unit, direction, target, days,"
        " set_on, due, set_at, set_by) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) returning id",
        (
            organisation_id, programme_id, draft.name, draft.measure, draft.unit.value, draft.direction.value,
            draft.target, draft.days, set_on, draft.due, now, by,
        ),
    ).fetchone()  # fmt: skip
    if row is None:
        raise RuntimeError("an insert with returning has a row")
    return int(row[0])


def close_objective(
    conn: psycopg.Connection[Any], *, programme_id: int, objective_id: int, now: datetime, by: str
) -> bool:
    """Nobody follows it from now on; its readings stay. False: that was so already."""
    done = conn.execute(
        "update objectives_objective set closed_at = %s, closed_by = %s"
        " where programme_id = %s and id = %s and closed_at is null",
        (now, by, programme_id, objective_id),
    )
    return done.rowcount == 1


def add_readings(
    conn: psycopg.Connection[Any],
    readings: Sequence[Reading],
    *,
    organisation_id: int,
    programme_id: int,
    objective_id: int,
) -> int:
    """Appends readings; of a day that has one already, the first stays. Returns how many are new."""
    done = conn.execute(
        "insert into objectives_reading (objective_id, day, organisation_id, programme_id, value, of_count)"
        " select %s, r.day, %s, %s, r.value, r.of"
        " from unnest(%s::date[], %s::numeric[], %s::bigint[]) r(day, value, of)"
        " on conflict do nothing",
        (
            objective_id, organisation_id, programme_id, [each.day for each in readings],
            [each.value for each in readings], [each.of for each in readings],
        ),
    )  # fmt: skip
    return done.rowcount
