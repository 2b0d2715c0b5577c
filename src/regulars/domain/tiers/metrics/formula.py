"""Counts several things together, each so many times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

import psycopg
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from regulars.domain.earning.contracts import Occurrence
from regulars.domain.effects import Effect
from regulars.domain.tiers.metric import Counted, Ground, Metric, Reversal, Span
from regulars.domain.tiers.stated import metric_in_form, metric_of
from regulars.kernel.validation import complaint
from regulars.kernel.words import Sentence


class Part(BaseModel):
    """metric: what; times: how many points of status one of it counts, whole. Money counts by the whole unit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    metric: str | dict[str, Any]
    times: int = Field(strict=True, ge=1, le=1_000_000)

    @field_validator("metric", mode="before")
    @classmethod
    def _metric_in_its_form(cls, value: object) -> str | dict[str, Any]:
        return metric_in_form(value)


class Formula(Metric):
    """1 for every 1.00 spent and 10 for every visit: two visits with 45.20 in all make 65.20.

    parts: {spend: 1, visits: 10}, or a list of {metric: ..., times: ...} where a metric has parameters.
    """

    name = "formula"

    parts: tuple[Part, ...] = Field(min_length=1, max_length=10)

    @field_validator("parts", mode="before")
    @classmethod
    def _short_form(cls, value: object) -> object:
        if isinstance(value, dict):
            return [{"metric": metric, "times": times} for metric, times in value.items()]
        return value

    @model_validator(mode="after")
    def _parts_add_up(self) -> Formula:
        if any(metric.follows_balance or isinstance(metric, Formula) for metric, _ in self._weighed):
            raise complaint("a balance or another formula cannot be part of a formula", "Name what happens instead.")
        if sum(bool(metric.visit_events()) for metric, _ in self._weighed) > 1:
            raise complaint("visits are counted twice", "Keep one of the parts.")
        return self

    @cached_property
    def _weighed(self) -> list[tuple[Metric, int]]:
        return [(metric_of(part.metric), part.times) for part in self.parts]

    def _factors(self, places: int) -> list[tuple[Metric, int]]:
        """With the factor that brings each part to as many decimals as the finest has."""
        finest = self.places(places)
        return [(metric, times * 10 ** (finest - metric.places(places))) for metric, times in self._weighed]

    def places(self, places: int) -> int:
        return max(metric.places(places) for metric, _ in self._weighed)

    def counted(self, occurrence: Occurrence, effects: Sequence[Effect], seen: set[date]) -> int:
        factors = self._factors(occurrence.places)
        return sum(factor * metric.counted(occurrence, effects, seen) for metric, factor in factors)

    def past(self, conn: psycopg.Connection[Any], spans: Sequence[Span], *, ground: Ground) -> list[Counted]:
        return [
            (member, at, factor * amount)
            for metric, factor in self._factors(ground.places)
            for member, at, amount in metric.past(conn, spans, ground=ground)
        ]

    def undone(self, reversal: Reversal) -> int:
        return sum(factor * metric.undone(reversal) for metric, factor in self._factors(reversal.places))

    def visit_events(self) -> tuple[str, ...]:
        return next((events for metric, _ in self._weighed if (events := metric.visit_events())), ())

    def event_types(self) -> tuple[str, ...]:
        return tuple(each for metric, _ in self._weighed for each in metric.event_types())

    def point_types(self) -> tuple[str, ...]:
        return tuple(each for metric, _ in self._weighed for each in metric.point_types())

    def amount(self, score: Decimal, *, currency: str) -> Sentence:
        return Sentence("{points} status points", {"points": score})

    def about(self) -> Sentence:
        return Sentence("what you buy and do, added up")
