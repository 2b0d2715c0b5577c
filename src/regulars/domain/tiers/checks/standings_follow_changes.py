"""I5: a member has the tier that the last change led to, and each change begins where the one before it ended."""

from __future__ import annotations

from regulars.database.check import Check


class StandingsFollowChanges(Check):
    """Changes bronze to silver, silver to gold, and the tier silver: the standing was changed without a trace.

    Changes are taken in the order in which they were written: a late event is written after what happened later.
    """

    name = "standings_follow_changes"
    title = "Tiers are the sum of their changes"
    sentence = "Each member has the tier of the last recorded change, and the changes follow on from one another."
    invariant = "I5"
    offenders = """
        with steps as (
            select bucket, member_id, ladder, id, from_tier, to_tier,
                   lag(to_tier) over story as came_from, lead(id) over story is null as is_last
            from tiers_change
            where %(organisation)s::int is null or organisation_id = %(organisation)s
            window story as (partition by bucket, member_id, ladder order by id)
        )
        select format('Member %%s on the ladder %%s: change %%s leaves %%s, and the one before led to %%s.',
                      member_id, ladder, id, from_tier, came_from)
        from steps where came_from <> from_tier
        union all
        select format('Member %%s on the ladder %%s: has the tier %%s, and the last change led to %%s.',
                      member_id, ladder, coalesce(s.tier, 'of nobody'), c.to_tier)
        from (select * from steps where is_last) c left join tiers_standing s using (bucket, member_id, ladder)
        where s.tier is distinct from c.to_tier
    """
