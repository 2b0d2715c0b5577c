"""Counts money: what the member spends on orders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg

from regulars.domain.earning.contracts import Occurrence
from regulars.domain.effects import Effect
from regulars.domain.events.queries import spent_between
from regulars.domain.tiers.metric import Counted, Ground, Metric, Reversal, Span
from regulars.kernel.words import Money, Sentence


class Spend(Metric):
    """An order of 45.20 counts 45.20; of 10.00 that come back, 35.20 are left."""

    name = "spend"
    orders_only = True

    def places(self, places: int) -> int:
        return places

    def counted(self, occurrence: Occurrence, effects: Sequence[Effect], seen: set[date]) -> int:
        return occurrence.amount_minor

    def past(self, conn: psycopg.Connection[Any], spans: Sequence[Span], *, ground: Ground) -> list[Counted]:
        return spent_between(conn, spans)

    def undone(self, reversal: Reversal) -> int:
        return reversal.money

    def amount(self, score: Decimal, *, currency: str) -> Sentence:
        return Sentence("{amount} spent", {"amount": Money(score, currency)})

    def about(self) -> Sentence:
        return Sentence("what you spend")
