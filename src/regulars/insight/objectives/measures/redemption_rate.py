"""Points that are used."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import psycopg

from regulars.domain.objectives.contracts import Unit
from regulars.insight.objectives.measure import Measure, Span
from regulars.kernel.words import Sentence


class RedemptionRate(Measure):
    name = "redemption_rate"
    title = Sentence("Redemption rate")
    explanation = "Points redeemed in the last {days} days, as a share of those given in these days"
    unit = Unit.percent
    usual_days = 365

    @classmethod
    def counted(cls, conn: psycopg.Connection[Any], span: Span) -> tuple[Decimal, int]:
        row = conn.execute(
            "select coalesce(sum(case when credit = 12 then amount when debit = 12 then -amount end), 0),"
            " greatest(coalesce(sum(case when debit = 11 then amount when credit = 11 then -amount end), 0), 0)"
            " from ledger_transfer where point_type = %(points)s"
            " and occurred_at >= %(since)s and occurred_at < %(until)s",
            span.values,
        ).fetchone()
        if row is None:
            raise RuntimeError("a sum without grouping has one row")
        return Decimal(row[0]), int(row[1])
