"""Counts points of one type that events gave, such as tier credits, whatever became of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg
from pydantic import Field

from regulars.domain.earning.contracts import Occurrence
from regulars.domain.effects import EarnPoints, Effect
from regulars.domain.ledger.queries import issued_between
from regulars.domain.tiers.metric import Counted, Ground, Metric, Reversal, Span
from regulars.kernel.words import Sentence


class Points(Metric):
    """80 tier credits for an order count 80. Spending points, a gift of staff and expiry count nothing; a return does.

    point_type: which points.
    """

    name = "points"

    point_type: str = Field(min_length=1, max_length=40)

    def counted(self, occurrence: Occurrence, effects: Sequence[Effect], seen: set[date]) -> int:
        earned = (each for each in effects if isinstance(each, EarnPoints))
        return sum(effect.amount for effect in earned if effect.point_type == self.point_type)

    def past(self, conn: psycopg.Connection[Any], spans: Sequence[Span], *, ground: Ground) -> list[Counted]:
        return issued_between(conn, spans, point_type=ground.point_types[self.point_type])

    def undone(self, reversal: Reversal) -> int:
        return reversal.points.get(self.point_type, 0)

    def point_types(self) -> tuple[str, ...]:
        return (self.point_type,)

    def amount(self, score: Decimal, *, currency: str) -> Sentence:
        if score == 1:
            return Sentence("1 point earned")
        return Sentence("{points} points earned", {"points": score})

    def about(self) -> Sentence:
        return Sentence("the points you earn, whatever you spend them on")
