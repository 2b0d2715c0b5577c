"""Counts engagement points: so many for each kind of event, whatever it earns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import psycopg
from pydantic import Field

from regulars.domain.earning.contracts import Occurrence
from regulars.domain.effects import Effect
from regulars.domain.events.queries import weighed_between
from regulars.domain.tiers.metric import Counted, Ground, Metric, Reversal, Span
from regulars.kernel.words import Sentence


class Engagement(Metric):
    """A review counts 10, a survey 25; what is not named counts nothing. Returns of orders change nothing.

    events: by event type, how many points one of them counts.
    """

    name = "engagement"

    events: dict[str, Annotated[int, Field(strict=True, ge=1, le=1_000_000)]] = Field(min_length=1, max_length=50)

    def counted(self, occurrence: Occurrence, effects: Sequence[Effect], seen: set[date]) -> int:
        return self.events.get(occurrence.type, 0)

    def past(self, conn: psycopg.Connection[Any], spans: Sequence[Span], *, ground: Ground) -> list[Counted]:
        return weighed_between(conn, spans, weights=self.events)

    def undone(self, reversal: Reversal) -> int:
        return 0

    def event_types(self) -> tuple[str, ...]:
        return tuple(self.events)

    def amount(self, score: Decimal, *, currency: str) -> Sentence:
        if score == 1:
            return Sentence("1 point for taking part")
        return Sentence("{points} points for taking part", {"points": score})

    def about(self) -> Sentence:
        return Sentence("how much you take part")
