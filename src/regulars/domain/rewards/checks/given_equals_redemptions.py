"""I9: what a limited reward gave is as much as members have of it: in total, on each day, in each store."""

from __future__ import annotations

from regulars.database.check import Check


class GivenEqualsRedemptions(Check):
    """Three are counted in the store and two members have one: one unit was taken and given to nobody."""

    name = "given_equals_redemptions"
    title = "What was taken was given"
    sentence = "A limited reward is counted as often as members have it: in total, on each day and in each store."
    invariant = "I9"
    offenders = """
        with counted as (
            select programme_id, reward_id, scope, taken from rewards_taken
            where taken > 0 and (%(organisation)s::int is null or organisation_id = %(organisation)s)
        ), had as (
            select programme_id, reward_id, scope, count(*) as times
            from rewards_redemption, unnest(scopes) as scope
            where state in (1, 2, 3) and (%(organisation)s::int is null or organisation_id = %(organisation)s)
            group by programme_id, reward_id, scope
        )
        select format('Reward %%s, %%s: %%s are counted, and members have %%s.',
                      reward_id, scope, coalesce(taken, 0), coalesce(times, 0))
        from counted full join had using (programme_id, reward_id, scope)
        where taken is distinct from times
    """
