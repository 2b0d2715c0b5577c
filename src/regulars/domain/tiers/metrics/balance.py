"""Counts what the member can spend now: the balance of one point type."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
from pydantic import Field

from regulars.domain.earning.contracts import Occurrence
from regulars.domain.effects import Effect
from regulars.domain.tiers.metric import Counted, Ground, Metric, Reversal, Span
from regulars.kernel.words import Sentence


class Balance(Metric):
    """Whoever has 1,000 points is gold. Spending points and expiry lower it, which the night after them notices.

    point_type: which points.
    """

    name = "balance"
    follows_balance = True

    point_type: str = Field(default="points", min_length=1, max_length=40)

    def counted(self, occurrence: Occurrence, effects: Sequence[Effect], seen: set[date]) -> int:
        return 0

    def past(self, conn: psycopg.Connection[Any], spans: Sequence[Span], *, ground: Ground) -> list[Counted]:
        return []

    def undone(self, reversal: Reversal) -> int:
        return 0

    def point_types(self) -> tuple[str, ...]:
        return (self.point_type,)

    def amount(self, score: Decimal, *, currency: str) -> Sentence:
        if score == 1:
            return Sentence("1 point in your account")
        return Sentence("{points} points in your account", {"points": score})

    def about(self) -> Sentence:
        return Sentence("the points that you have")
