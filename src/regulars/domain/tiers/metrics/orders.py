"""Counts orders, however large they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg

from regulars.domain.earning.contracts import Occurrence
from regulars.domain.effects import Effect
from regulars.domain.events.contracts import ORDER
from regulars.domain.events.queries import orders_between
from regulars.domain.tiers.metric import Counted, Ground, Metric, Reversal, Span
from regulars.kernel.words import Sentence


class Orders(Metric):
    """Two orders on one day count 2; one that came back whole counts no longer."""

    name = "orders"
    orders_only = True

    def counted(self, occurrence: Occurrence, effects: Sequence[Effect], seen: set[date]) -> int:
        return int(occurrence.type == ORDER)

    def past(self, conn: psycopg.Connection[Any], spans: Sequence[Span], *, ground: Ground) -> list[Counted]:
        return orders_between(conn, spans)

    def undone(self, reversal: Reversal) -> int:
        return int(reversal.whole)

    def amount(self, score: Decimal, *, currency: str) -> Sentence:
        if score == 1:
            return Sentence("1 order")
        return Sentence("{count} orders", {"count": score})

    def about(self) -> Sentence:
        return Sentence("your orders, small or large")
