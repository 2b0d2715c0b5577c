"""I5: every member of an audience is in one that exists, and the audience knows how many it has."""

from __future__ import annotations

from regulars.database.check import Check


class MembersAreCounted(Check):
    """An audience was deleted by hand, and its members are still in it; another one says 40 and has 39."""

    name = "audience_members_are_counted"
    title = "Audiences know their members"
    sentence = "Nobody is in an audience that does not exist, and each audience has as many members as it says."
    invariant = "I5"
    offenders = """
        with present as (
            select audience_id, programme_id, count(*) as members from audiences_membership
            where %(organisation)s::int is null or organisation_id = %(organisation)s
            group by audience_id, programme_id
        ), audience as (
            select id, programme_id, code, members from audiences_audience
            where %(organisation)s::int is null or organisation_id = %(organisation)s
        )
        select format('%%s members are in the audience %%s, which does not exist.', p.members, p.audience_id)
        from present p left join audience a on a.id = p.audience_id and a.programme_id = p.programme_id
        where a.id is null
        union all
        select format('The audience %%s says that it has %%s members, and has %%s.',
                      a.code, a.members, coalesce(p.members, 0))
        from audience a left join present p on p.audience_id = a.id and p.programme_id = a.programme_id
        where a.members <> coalesce(p.members, 0)
    """
