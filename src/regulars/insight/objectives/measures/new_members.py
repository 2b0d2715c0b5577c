"""Members who joined lately."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import psycopg

from regulars.domain.objectives.contracts import Unit
from regulars.insight.objectives.measure import Measure, Span
from regulars.kernel.words import Sentence


class NewMembers(Measure):
    name = "new_members"
    title = Sentence("New members")
    explanation = "How many joined in the last {days} days"
    unit = Unit.number
    usual_days = 30
    is_count = True

    @classmethod
    def counted(cls, conn: psycopg.Connection[Any], span: Span) -> tuple[Decimal, int]:
        row = conn.execute(
            "select count(*) filter (where enrolled_at >= %(since)s), count(*) from members_member"
            " where programme_id = %(programme)s and status <> 4 and enrolled_at < %(until)s",
            span.values,
        ).fetchone()
        if row is None:
            raise RuntimeError("a sum without grouping has one row")
        return Decimal(row[0]), int(row[1])
