"""New members who reach a first reward in time."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import psycopg

from regulars.domain.objectives.contracts import Unit
from regulars.insight.objectives.measure import Measure, Span
from regulars.kernel.words import Sentence


class FirstRewardInTime(Measure):
    name = "first_reward_in_time"
    title = Sentence("Members who reach a reward in time")
    explanation = "Of those who joined in the year before, the share that redeemed a first reward within {days} days"
    unit = Unit.percent

    @classmethod
    def counted(cls, conn: psycopg.Connection[Any], span: Span) -> tuple[Decimal, int]:
        row = conn.execute(
            "with joined as (select bucket, id, enrolled_at from members_member"
            " where programme_id = %(programme)s and status not in (3, 4)"
            " and enrolled_at >= %(ripe)s and enrolled_at < %(since)s)"
            " select count(*) filter (where exists (select from rewards_redemption r where r.bucket = j.bucket"
            " and r.member_id = j.id and r.state in (2, 3) and r.created_at >= j.enrolled_at"
            " and r.created_at < j.enrolled_at + %(days)s)), count(*) from joined j",
            span.values,
        ).fetchone()
        if row is None:
            raise RuntimeError("a sum without grouping has one row")
        return Decimal(row[0]), int(row[1])
