"""Writes of tunings. The result is kept once; what is over stays as it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from regulars.domain.tunings.contracts import NewTuning, TuningState

_OPEN = [int(TuningState.waiting), int(TuningState.running)]


def insert_tuning(
    conn: psycopg.Connection[Any],
    new: NewTuning,
    *,
    organisation_id: int,
    programme_id: int,
    by: str,
    now: datetime,
) -> int:
    """Keeps what is asked; its number. It waits until somebody begins it."""
    row = conn.execute(
        "insert into tunings_tuning (programme_id, organisation_id, label, document, based_on, terms, margin, until,"
        " share, seed, asked_by, asked_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) returning id",
        (
            programme_id, organisation_id, new.label, Jsonb(new.document), new.based_on, Jsonb(new.terms), new.margin,
            new.until, new.share, new.seed, by, now,
        ),
    ).fetchone()  # fmt: skip
    if row is None:
        raise RuntimeError("an insert gave no row")
    return int(row[0])


def begin_tuning(conn: psycopg.Connection[Any], tuning_id: int, *, now: datetime) -> bool:
    """It runs now; False where somebody else was faster, or nobody wants it any more."""
    done = conn.execute(
        "update tunings_tuning set state = %s, started_at = %s, done = 0, parts = 0 where id = %s and state = %s",
        (int(TuningState.running), now, tuning_id, int(TuningState.waiting)),
    )
    return done.rowcount == 1


def note_progress(conn: psycopg.Connection[Any], tuning_id: int, *, done: int, parts: int) -> bool:
    """How far it is; whether it should go on."""
    row = conn.execute(
        "update tunings_tuning set done = %s, parts = %s where id = %s and state = %s returning id",
        (done, parts, tuning_id, int(TuningState.running)),
    ).fetchone()
    return row is not None


def finish_tuning(
    conn: psycopg.Connection[Any],
    tuning_id: int,
    *,
    result: dict[str, Any] | None,
    problem: str | None,
    now: datetime,
) -> bool:
    """It is done, or failed where there is a problem; False where it was cancelled meanwhile."""
    state = TuningState.failed if result is None else TuningState.done
    done = conn.execute(
        "update tunings_tuning set state = %s, result = %s, problem = %s, finished_at = %s"
        " where id = %s and state = %s",
        (
            int(state), None if result is None else Jsonb(result), problem, now, tuning_id, int(TuningState.running),
        ),
    )  # fmt: skip
    return done.rowcount == 1


def cancel_tuning(conn: psycopg.Connection[Any], *, programme_id: int, tuning_id: int, now: datetime) -> bool:
    """It stops at its next part; False where it is over already."""
    done = conn.execute(
        "update tunings_tuning set state = %s, finished_at = %s"
        " where programme_id = %s and id = %s and state = any(%s)",
        (int(TuningState.cancelled), now, programme_id, tuning_id, _OPEN),
    )
    return done.rowcount == 1


def put_back(conn: psycopg.Connection[Any], *, programme_id: int, begun_before: datetime) -> int:
    """Tunings whose process is gone wait again; how many."""
    done = conn.execute(
        "update tunings_tuning set state = %s where programme_id = %s and state = %s and started_at < %s",
        (int(TuningState.waiting), programme_id, int(TuningState.running), begun_before),
    )
    return done.rowcount
