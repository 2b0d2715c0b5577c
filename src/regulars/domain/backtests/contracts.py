"""A back-test as it is asked for, while it runs, and with what it found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import IntEnum
from typing import Any

from regulars.kernel.errors import NotFound


class BacktestState(IntEnum):
    """It ends done, cancelled or failed."""

    waiting = 1
    running = 2
    done = 3
    cancelled = 4
    failed = 5


@dataclass(frozen=True, slots=True)
class Backtest:
    """document: the rulebook that is tried; label: what people call it; digest: of the document.

    since: from when the draft is in force, None: since ever. until: what came later is left out. share: of the members,
    drawn with the seed. redemptions: what members
    spend, as a model states it. done, parts: how far it is. problem: why it
    failed. result: what was found (flows/backtests/report.py); read for one back-test alone.
    """

    id: int
    programme_id: int
    organisation_id: int
    label: str
    document: dict[str, Any]
    digest: str
    based_on: int
    since: datetime | None
    until: datetime
    share: Decimal
    seed: int
    redemptions: str | dict[str, Any]
    asked_by: str
    asked_at: datetime
    state: BacktestState
    done: int
    parts: int
    started_at: datetime | None
    finished_at: datetime | None
    problem: str | None
    result: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class NewBacktest:
    """What is asked; the fields are those of Backtest."""

    label: str
    document: dict[str, Any]
    based_on: int
    since: datetime | None
    until: datetime
    share: Decimal
    seed: int
    redemptions: str | dict[str, Any]


class BacktestNotFound(NotFound):
    """No back-test of the programme has this number."""

    def __init__(self, backtest_id: int) -> None:
        super().__init__(
            "backtest_not_found",
            "There is no such back-test",
            detail=f"No back-test of this programme has the number {backtest_id}.",
            remedy="Choose one from the list of back-tests.",
        )
