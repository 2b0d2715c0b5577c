"""What the points of an order cost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import psycopg

from regulars.domain.objectives.contracts import Direction, Unit
from regulars.insight.objectives.measure import Measure, Span
from regulars.kernel.words import Sentence


class CostPerOrder(Measure):
    name = "cost_per_order"
    title = Sentence("Points given per order, in money")
    explanation = "What the points given in the last {days} days are worth, shared among the orders of these days"
    unit = Unit.money
    direction = Direction.at_most

    @classmethod
    def counted(cls, conn: psycopg.Connection[Any], span: Span) -> tuple[Decimal, int]:
        row = conn.execute(
            "select (select coalesce(sum(case when debit = 11 then amount when credit = 11 then -amount end), 0)"
            " from ledger_transfer where point_type = %(points)s"
            " and occurred_at >= %(since)s and occurred_at < %(until)s),"
            " (select count(*) from events_event where programme_id = %(programme)s and type = 'order'"
            " and occurred_at >= %(since)s and occurred_at < %(until)s)",
            span.values,
        ).fetchone()
        if row is None:
            raise RuntimeError("a sum without grouping has one row")
        return Decimal(row[0]) * span.worth, int(row[1])
