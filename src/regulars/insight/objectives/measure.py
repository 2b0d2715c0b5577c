"""What every figure for objectives has in common, and the readings of days."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar

import psycopg

from regulars.domain.objectives.contracts import Direction, Objective, Reading, Unit
from regulars.domain.programmes.queries import Shelf
from regulars.insight.objectives import measures
from regulars.kernel.clock import start_of_day
from regulars.kernel.errors import Refusal
from regulars.kernel.money import decimals_of
from regulars.kernel.registry import variants_in
from regulars.kernel.words import Sentence

PLACES = Decimal("0.000001")
"""To which a figure is kept."""


@dataclass(frozen=True, slots=True)
class Span:
    """What is looked at: everything from `since` to `until` (not included), the end of a local day.

    days: between them. point_type: the ledger's id of the points that members spend; worth: of one of them, in the
    programme's currency; decimals: of its smallest coin.
    """

    programme_id: int
    since: datetime
    until: datetime
    days: int
    point_type: int
    worth: Decimal
    decimals: int

    @property
    def values(self) -> dict[str, Any]:
        """For SQL. ripe: `days` before `since`, so that whoever came in between had `days` to act."""
        return {
            "programme": self.programme_id,
            "since": self.since,
            "until": self.until,
            "ripe": self.since - timedelta(days=365),
            "days": timedelta(days=self.days),
            "points": self.point_type,
        }


class Measure(ABC):
    """A figure. explanation: a sentence with {days}; usual_days: over how many it usually looks back.

    is_count: the sum is the figure, and nothing is shared.
    """

    name: ClassVar[str]
    title: ClassVar[Sentence]
    explanation: ClassVar[str]
    unit: ClassVar[Unit]
    direction: ClassVar[Direction] = Direction.at_least
    usual_days: ClassVar[int] = 90
    is_count: ClassVar[bool] = False

    @classmethod
    def explained(cls, days: int) -> Sentence:
        """What the figure says when it looks back over so many days."""
        return Sentence(cls.explanation, {"days": days})

    @classmethod
    @abstractmethod
    def counted(cls, conn: psycopg.Connection[Any], span: Span) -> tuple[Decimal, int]:
        """The sum of the span, and how many it is shared among; of a count, among how many members it was counted."""


@cache
def measures_by_name() -> Mapping[str, type[Measure]]:
    """Every figure there is."""
    return variants_in(measures, Measure)  # type: ignore[type-abstract]  # only its subclasses are returned


def measure_of(name: str) -> type[Measure]:
    """The figure of that name; Refusal for one that does not exist (any more)."""
    found = measures_by_name().get(name)
    if found is None:
        raise Refusal(
            "unknown_measure",
            "This figure does not exist",
            detail=f"{name!r} is none of the figures that can be read.",
            remedy=f"Choose one of {', '.join(measures_by_name())}.",
            field="measure",
        )
    return found


def read_days(
    conn: psycopg.Connection[Any], rules: Shelf, measure: type[Measure], *, lookback: int, days: Sequence[date]
) -> list[Reading]:
    """The figure at the end of each of these local days, as the books of today tell it."""
    if not rules.rulebooks:
        return []
    rulebook = rules.latest.rulebook
    point_type = rulebook.point_types[0]
    zone, found = rules.programme.time_zone, []
    for day in days:
        until = start_of_day(day + timedelta(days=1), zone)
        span = Span(
            programme_id=rules.programme.id,
            since=start_of_day(day + timedelta(days=1 - lookback), zone),
            until=until,
            days=lookback,
            point_type=rules.point_types[point_type.id],
            worth=rulebook.worth_of(point_type) or Decimal(0),
            decimals=decimals_of(rules.programme.currency),
        )
        amount, of = measure.counted(conn, span)
        value = None if not of else amount if measure.is_count else (amount / of).quantize(PLACES)
        found.append(Reading(day, value, of))
    return found


def past_evenings(today: date, months: int = 12) -> list[date]:
    """The last evening of each of the months before, and yesterday: what shows where a figure comes from."""
    position = today.year * 12 + today.month - 1
    firsts = [date(at // 12, at % 12 + 1, 1) for at in range(position - months + 1, position + 1)]
    yesterday = today - timedelta(days=1)
    return sorted({*(first - timedelta(days=1) for first in firsts), yesterday})


def readings_missing(
    conn: psycopg.Connection[Any], rules: Shelf, objective: Objective, *, days: Sequence[date]
) -> list[Reading]:
    """What an objective's figure was on days that were not read yet."""
    return read_days(conn, rules, measure_of(objective.measure), lookback=objective.days, days=days)
