"""Counts visits: local days on which the member orders, or does something else that counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
from pydantic import Field

from regulars.domain.earning.contracts import Occurrence
from regulars.domain.effects import Effect
from regulars.domain.events.contracts import ORDER
from regulars.domain.events.queries import visits_between
from regulars.domain.tiers.metric import Counted, Ground, Metric, Reversal, Span
from regulars.kernel.words import Sentence


class Visits(Metric):
    """Breakfast and dinner on one day are one visit, the coffee on the next day is the second.

    events: the event types that make a day a visit. An order that came back whole makes none.
    """

    name = "visits"

    events: tuple[str, ...] = Field(default=(ORDER,), min_length=1, max_length=20)

    def counted(self, occurrence: Occurrence, effects: Sequence[Effect], seen: set[date]) -> int:
        day = occurrence.local.date()
        if occurrence.type not in self.events or day in seen:
            return 0
        seen.add(day)
        return 1

    def past(self, conn: psycopg.Connection[Any], spans: Sequence[Span], *, ground: Ground) -> list[Counted]:
        return visits_between(conn, spans, types=self.events, time_zone=ground.time_zone)

    def undone(self, reversal: Reversal) -> int:
        return int(reversal.whole and ORDER in self.events and reversal.was_only_visit(self.events))

    def visit_events(self) -> tuple[str, ...]:
        return self.events

    def event_types(self) -> tuple[str, ...]:
        return self.events

    def amount(self, score: Decimal, *, currency: str) -> Sentence:
        if score == 1:
            return Sentence("1 visit")
        return Sentence("{count} visits", {"count": score})

    def about(self) -> Sentence:
        return Sentence("the days on which you come")
