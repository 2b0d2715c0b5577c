"""What an order is worth."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import psycopg

from regulars.domain.objectives.contracts import Unit
from regulars.insight.objectives.measure import Measure, Span
from regulars.kernel.words import Sentence


class AverageOrder(Measure):
    name = "average_order"
    title = Sentence("Average order")
    explanation = "The average amount of orders in the last {days} days, before returns"
    unit = Unit.money

    @classmethod
    def counted(cls, conn: psycopg.Connection[Any], span: Span) -> tuple[Decimal, int]:
        row = conn.execute(
            "select coalesce(sum(amount_minor), 0), count(*) from events_event"
            " where programme_id = %(programme)s and type = 'order'"
            " and occurred_at >= %(since)s and occurred_at < %(until)s",
            span.values,
        ).fetchone()
        if row is None:
            raise RuntimeError("a sum without grouping has one row")
        return Decimal(row[0]).scaleb(-span.decimals), int(row[1])
