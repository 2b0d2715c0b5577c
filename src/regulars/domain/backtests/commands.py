"""Writes of back-tests. The result is kept once; what is over stays as it is."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from regulars.domain.backtests.contracts import BacktestState, NewBacktest

_OPEN = [int(BacktestState.waiting), int(BacktestState.running)]


def insert_backtest(
    conn: psycopg.Connection[Any],
    new: NewBacktest,
    *,
    organisation_id: int,
    programme_id: int,
    by: str,
    now: datetime,
) -> int:
    """Keeps what is asked; its number. It waits until somebody begins it."""
    digest = hashlib.sha256(json.dumps(new.document, sort_keys=True).encode()).hexdigest()
    row = conn.execute(
        "insert into backtests_backtest (programme_id, organisation_id, label, document, digest, based_on, since,"
        " until, share, seed, redemption_model, asked_by, asked_at)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) returning id",
        (
            programme_id, organisation_id, new.label, Jsonb(new.document), digest, new.based_on, new.since, new.until,
            new.share, new.seed, Jsonb(new.redemptions), by, now,
        ),
    ).fetchone()  # fmt: skip
    if row is None:
        raise RuntimeError("an insert gave no row")
    return int(row[0])


def begin_backtest(conn: psycopg.Connection[Any], backtest_id: int, *, now: datetime) -> bool:
    """It runs now; False where somebody else was faster, or nobody wants it any more."""
    done = conn.execute(
        "update backtests_backtest set state = %s, started_at = %s, done = 0, parts = 0 where id = %s and state = %s",
        (int(BacktestState.running), now, backtest_id, int(BacktestState.waiting)),
    )
    return done.rowcount == 1


def note_progress(conn: psycopg.Connection[Any], backtest_id: int, *, done: int, parts: int) -> bool:
    """How far it is; whether it should go on."""
    row = conn.execute(
        "update backtests_backtest set done = %s, parts = %s where id = %s and state = %s returning id",
        (done, parts, backtest_id, int(BacktestState.running)),
    ).fetchone()
    return row is not None


def finish_backtest(
    conn: psycopg.Connection[Any],
    backtest_id: int,
    *,
    result: dict[str, Any] | None,
    problem: str | None,
    now: datetime,
) -> bool:
    """It is done, or failed where there is a problem; False where it was cancelled meanwhile."""
    state = BacktestState.failed if result is None else BacktestState.done
    done = conn.execute(
        "update backtests_backtest set state = %s, result = %s, problem = %s, finished_at = %s"
        " where id = %s and state = %s",
        (
            int(state), None if result is None else Jsonb(result), problem, now, backtest_id,
            int(BacktestState.running),
        ),
    )  # fmt: skip
    return done.rowcount == 1


def cancel_backtest(conn: psycopg.Connection[Any], *, programme_id: int, backtest_id: int, now: datetime) -> bool:
    """It stops at its next part; False where it is over already."""
    done = conn.execute(
        "update backtests_backtest set state = %s, finished_at = %s"
        " where programme_id = %s and id = %s and state = any(%s)",
        (int(BacktestState.cancelled), now, programme_id, backtest_id, _OPEN),
    )
    return done.rowcount == 1


def put_back(conn: psycopg.Connection[Any], *, programme_id: int, begun_before: datetime) -> int:
    """Back-tests whose process is gone wait again; how many."""
    done = conn.execute(
        "update backtests_backtest set state = %s where programme_id = %s and state = %s and started_at < %s",
        (int(BacktestState.waiting), programme_id, int(BacktestState.running), begun_before),
    )
    return done.rowcount
