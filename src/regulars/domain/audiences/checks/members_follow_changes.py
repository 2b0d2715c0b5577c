"""I5: who is in an audience is who joined it and did not leave."""

from __future__ import annotations

from regulars.database.check import Check


class MembersFollowChanges(Check):
    """The history says that a member left on Monday, and the audience still has them: somebody changed it by hand."""

    name = "audience_members_follow_changes"
    title = "Members of audiences are the sum of their changes"
    sentence = "Who is in an audience now is who joined it and did not leave, since the last joining, or as it was."
    invariant = "I5"
    offenders = """
        with last as (
            select distinct on (bucket, member_id, audience_id) bucket, member_id, audience_id, joined,
                coalesce(since, at) as at
            from audiences_change where %(organisation)s::int is null or organisation_id = %(organisation)s
            order by bucket, member_id, audience_id, run_id desc
        ), present as (
            select bucket, member_id, audience_id, since from audiences_membership
            where %(organisation)s::int is null or organisation_id = %(organisation)s
        )
        select case
            when p.since is null then format('Member %%s is not in the audience %%s, which they joined on %%s.',
                                                 member_id, audience_id, l.at::date)
            when l.at is null then format('Member %%s is in the audience %%s and never joined it.',
                                                 member_id, audience_id)
            when not l.joined then format('Member %%s is in the audience %%s, which they left on %%s.',
                                          member_id, audience_id, l.at::date)
            else format('Member %%s is in the audience %%s since %%s, and joined it on %%s.',
                        member_id, audience_id, p.since::date, l.at::date) end
        from last l full join present p using (bucket, member_id, audience_id)
        where (p.since is null and l.joined) or (p.since is not null and (l.joined is not true or l.at <> p.since))
    """
