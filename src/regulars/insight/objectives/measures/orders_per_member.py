"""How often members who buy do so."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import psycopg

from regulars.domain.objectives.contracts import Unit
from regulars.insight.objectives.measure import Measure, Span
from regulars.kernel.words import Sentence


class OrdersPerMember(Measure):
    name = "orders_per_member"
    title = Sentence("Orders per buying member")
    explanation = "Orders in the last {days} days, shared among the members who ordered"
    unit = Unit.number

    @classmethod
    def counted(cls, conn: psycopg.Connection[Any], span: Span) -> tuple[Decimal, int]:
        row = conn.execute(
            "select count(*), count(distinct coalesce(a.kept_id, e.member_id)) from events_event e"
            " left join merges_alias a on a.bucket = e.bucket and a.member_id = e.member_id"
            " where e.programme_id = %(programme)s and e.type = 'order'"
            " and e.occurred_at >= %(since)s and e.occurred_at < %(until)s",
            span.values,
        ).fetchone()
        if row is None:
            raise RuntimeError("a sum without grouping has one row")
        return Decimal(row[0]), int(row[1])
