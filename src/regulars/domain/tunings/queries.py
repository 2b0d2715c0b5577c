"""Reads of tunings."""

from __future__ import annotations

from typing import Any

import psycopg

from regulars.domain.tunings.contracts import Tuning, TuningState

_TUNING = (
    "select label, document, based_on, terms, margin, until, share, seed, id, programme_id, organisation_id, asked_by,"
    " asked_at, state, done, parts, started_at, finished_at, problem"
)


def tuning(conn: psycopg.Connection[Any], *, programme_id: int, tuning_id: int) -> Tuning | None:
    """One tuning with its result, or None."""
    row = conn.execute(
        f"{_TUNING}, result from tunings_tuning where programme_id = %s and id = %s", (programme_id, tuning_id)
    ).fetchone()
    return None if row is None else _tuning(row)


def tunings(conn: psycopg.Connection[Any], *, programme_id: int, limit: int = 50) -> list[Tuning]:
    """The tunings of a programme without their results, the latest first."""
    rows = conn.execute(
        f"{_TUNING} from tunings_tuning where programme_id = %s order by id desc limit %s", (programme_id, limit)
    )
    return [_tuning(row) for row in rows]


def next_waiting(conn: psycopg.Connection[Any], *, programme_id: int) -> int | None:
    """The oldest tuning of the programme that nobody has begun."""
    row = conn.execute(
        "select min(id) from tunings_tuning where programme_id = %s and state = %s",
        (programme_id, int(TuningState.waiting)),
    ).fetchone()
    return row[0] if row else None


def _tuning(row: tuple[Any, ...]) -> Tuning:
    return Tuning(*(*row[:13], TuningState(row[13]), *row[14:]))
