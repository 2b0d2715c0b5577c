"""Reads of objectives and of their readings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import psycopg

from regulars.domain.objectives.contracts import Direction, Objective, Reading, Unit

_OBJECTIVE = """
    select id, programme_id, name, measure, unit, direction, target, days, set_on, due, set_at, set_by, closed_at,
           closed_by
    from objectives_objective where programme_id = %(programme)s
"""


def objectives(conn: psycopg.Connection[Any], *, programme_id: int) -> list[Objective]:
    """All of them: those that are followed by their last days, then the closed ones, the latest first."""
    rows = conn.execute(
        f"{_OBJECTIVE} order by closed_at is not null, case when closed_at is null then due end, closed_at desc, id",
        {"programme": programme_id},
    )
    return [_objective(row) for row in rows]


def objective(conn: psycopg.Connection[Any], *, programme_id: int, objective_id: int) -> Objective | None:
    """One objective, closed or not, or None."""
    row = conn.execute(f"{_OBJECTIVE} and id = %(id)s", {"programme": programme_id, "id": objective_id}).fetchone()
    return None if row is None else _objective(row)


def readings(conn: psycopg.Connection[Any], *, objectives: Iterable[int]) -> dict[int, list[Reading]]:
    """The readings of each objective in the order of their days; objectives without any are left out."""
    rows = conn.execute(
        "select objective_id, day, value, of_count from objectives_reading where objective_id = any(%s)"
        " order by objective_id, day",
        [list(objectives)],
    )
    found: dict[int, list[Reading]] = {}
    for identifier, day, value, of in rows:
        found.setdefault(identifier, []).append(Reading(day, value, of))
    return found


def _objective(row: tuple[Any, ...]) -> Objective:
    return Objective(row[0], row[1], row[2], row[3], Unit(row[4]), Direction(row[5]), *row[6:])
