"""Reads of back-tests."""

from __future__ import annotations

from typing import Any

import psycopg

from regulars.domain.backtests.contracts import Backtest, BacktestState

_BACKTEST = (
    "select id, programme_id, organisation_id, label, document, digest, based_on, since, until, share, seed,"
    " redemption_model, asked_by, asked_at, state, done, parts, started_at, finished_at, problem"
)


def backtest(conn: psycopg.Connection[Any], *, programme_id: int, backtest_id: int) -> Backtest | None:
    """One back-test with its result, or None."""
    row = conn.execute(
        f"{_BACKTEST}, result from backtests_backtest where programme_id = %s and id = %s", (programme_id, backtest_id)
    ).fetchone()
    return None if row is None else _backtest(row)


def backtests(conn: psycopg.Connection[Any], *, programme_id: int, limit: int = 50) -> list[Backtest]:
    """The back-tests of a programme without their results, the latest first."""
    rows = conn.execute(
        f"{_BACKTEST} from backtests_backtest where programme_id = %s order by id desc limit %s", (programme_id, limit)
    )
    return [_backtest(row) for row in rows]


def next_waiting(conn: psycopg.Connection[Any], *, programme_id: int) -> int | None:
    """The oldest back-test of the programme that nobody has begun."""
    row = conn.execute(
        "select min(id) from backtests_backtest where programme_id = %s and state = %s",
        (programme_id, int(BacktestState.waiting)),
    ).fetchone()
    return row[0] if row else None


def _backtest(row: tuple[Any, ...]) -> Backtest:
    return Backtest(*(*row[:14], BacktestState(row[14]), *row[15:]))
