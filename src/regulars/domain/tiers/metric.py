"""The base class of what ladders count, and how a rulebook names one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar

import psycopg
from pydantic import BaseModel, ConfigDict

from regulars.domain.earning.contracts import Occurrence
from regulars.domain.effects import Effect
from regulars.domain.tiers import metrics
from regulars.kernel.registry import variants_in
from regulars.kernel.words import Sentence

Span = tuple[bytes, datetime, datetime]
"""(member, since, until), half open."""
Counted = tuple[bytes, datetime, int]
"""(member, when, how much)."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a metric has to know of its programme. point_types: code -> the ledger's number of it.

    places: decimals of the currency.
    """

    point_types: Mapping[str, int]
    time_zone: str
    places: int


@dataclass(frozen=True, slots=True)
class Reversal:
    """What a return made undone. money: minor units; points: by point type code; whole: nothing is left of the order.

    was_only_visit: whether nothing else of these event types happened on the day of the order. places: decimals of the
    currency.
    """

    money: int
    points: Mapping[str, int]
    whole: bool
    was_only_visit: Callable[[tuple[str, ...]], bool]
    places: int


class Metric(BaseModel):
    """Something that is counted towards tiers, in whole numbers. Its fields are its parameters.

    name: how rulebooks call it, in `metric: visits`. orders_only: whether nothing counts before the first order.
    follows_balance: the score is what is there now, not the sum of what happened.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: ClassVar[str]
    orders_only: ClassVar[bool] = False
    follows_balance: ClassVar[bool] = False

    def places(self, places: int) -> int:
        """How many decimals thresholds have. places: those of the programme's currency."""
        return 0

    def counted(self, occurrence: Occurrence, effects: Sequence[Effect], seen: set[date]) -> int:
        """What an event contributes. seen: local days that are known to have counted before; may be added to."""
        raise NotImplementedError

    def past(self, conn: psycopg.Connection[Any], spans: Sequence[Span], *, ground: Ground) -> list[Counted]:
        """What counted in spans of time, less what returns took off, at the time at which it had counted."""
        raise NotImplementedError

    def undone(self, reversal: Reversal) -> int:
        """How much less counts after a return."""
        raise NotImplementedError

    def visit_events(self) -> tuple[str, ...]:
        """The event types of which one counts for a whole day; empty for metrics that count every event."""
        return ()

    def event_types(self) -> tuple[str, ...]:
        """The event types that it names, so that a misspelt one is found."""
        return ()

    def point_types(self) -> tuple[str, ...]:
        """The point types that it names."""
        return ()

    def amount(self, score: Decimal, *, currency: str) -> Sentence:
        """So much of it, in words: '12 visits'. score: in the units of thresholds."""
        raise NotImplementedError

    def about(self) -> Sentence:
        """What is counted, for members: 'the days on which you come'."""
        raise NotImplementedError


@cache
def known_metrics() -> dict[str, type[Metric]]:
    """Every metric in the folder, by name."""
    return variants_in(metrics, Metric)
