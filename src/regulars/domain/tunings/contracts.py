"""A tuning as it is asked for, while it runs, and with what it found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import IntEnum
from typing import Any

from regulars.kernel.errors import NotFound


class TuningState(IntEnum):
    """It ends done, cancelled or failed."""

    waiting = 1
    running = 2
    done = 3
    cancelled = 4
    failed = 5


@dataclass(frozen=True, slots=True)
class NewTuning:
    """What is asked. document: the rulebook that levers turn; based_on: the latest published version then.

    terms: levers with their steps, goals, the two figures of the frontier, and the catalogue as it was
    (flows/tuning/asking.py). margin: what is left of a unit of sales before points, from above 0 to 1. until: what came
    later is left out. share: of the members, drawn with the seed.
    """

    label: str
    document: dict[str, Any]
    based_on: int
    terms: dict[str, Any]
    margin: Decimal
    until: datetime
    share: Decimal
    seed: int


@dataclass(frozen=True, slots=True)
class Tuning(NewTuning):
    """done, parts: how far it is. problem: why it failed. result: what was found (flows/tuning/report.py)."""

    id: int
    programme_id: int
    organisation_id: int
    asked_by: str
    asked_at: datetime
    state: TuningState
    done: int
    parts: int
    started_at: datetime | None
    finished_at: datetime | None
    problem: str | None
    result: dict[str, Any] | None = None


class TuningNotFound(NotFound):
    """No tuning of the programme has this number."""

    def __init__(self, tuning_id: int) -> None:
        super().__init__(
            "tuning_not_found",
            "There is no such tuning",
            detail=f"No tuning of this programme has the number {tuning_id}.",
            remedy="Choose one from the list of tunings.",
        )
