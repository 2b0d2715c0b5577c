"""Members who come back after their first order."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import psycopg

from regulars.domain.objectives.contracts import Unit
from regulars.insight.objectives.measure import Measure, Span
from regulars.kernel.words import Sentence


class SecondOrderInTime(Measure):
    name = "second_order_in_time"
    title = Sentence("Members who come back")
    explanation = "Of those whose first order was in the year before, the share that ordered again within {days} days"
    unit = Unit.percent

    @classmethod
    def counted(cls, conn: psycopg.Connection[Any], span: Span) -> tuple[Decimal, int]:
        row = conn.execute(
            "with mine as (select coalesce(a.kept_id, e.member_id) as member, e.occurred_at from events_event e"
            " left join merges_alias a on a.bucket = e.bucket and a.member_id = e.member_id"
            " where e.programme_id = %(programme)s and e.type = 'order' and e.occurred_at < %(until)s),"
            " firsts as (select member, min(occurred_at) as first from mine group by member)"
            " select count(*) filter (where exists (select from mine m where m.member = f.member"
            " and m.occurred_at > f.first and m.occurred_at < f.first + %(days)s)), count(*)"
            " from firsts f where f.first >= %(ripe)s and f.first < %(since)s",
            span.values,
        ).fetchone()
        if row is None:
            raise RuntimeError("a sum without grouping has one row")
        return Decimal(row[0]), int(row[1])
