"""I9: nothing was given that was not there, and nobody got more than the limit allows."""

from __future__ import annotations

from regulars.database.check import Check


class StockAndLimitsHold(Check):
    """Two units in stock and three members with one: stock would be -1. Limit 1 and two redemptions of one member.

    A limit that was lowered later takes nothing away from who had more before: only redemptions since then count.
    """

    name = "stock_and_limits_hold"
    title = "Stock and limits hold"
    sentence = "No reward was given out beyond its stock, and no member has one more often than its limit allows."
    invariant = "I9"
    offenders = """
        select format('Reward %%s (%%s): stock %%s.', w.id, w.code, w.stock)
        from rewards_reward w
        where w.stock < 0 and (%(organisation)s::int is null or exists (
            select 1 from rewards_redemption r where r.reward_id = w.id and r.organisation_id = %(organisation)s))
        union all
        select format('Member %%s has reward %%s (%%s) %%s times, and the limit is %%s.',
                      r.member_id, w.id, w.code, count(*), w.limit_per_member)
        from rewards_redemption r join rewards_reward w on w.id = r.reward_id
        where r.state in (1, 2, 3) and (%(organisation)s::int is null or r.organisation_id = %(organisation)s)
        group by r.bucket, r.member_id, w.id
        having count(*) > w.limit_per_member and max(r.created_at) >= w.updated_at
    """
