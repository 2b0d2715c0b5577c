"""I5: what a member allows is what they said last, and every yes and no is there."""

from __future__ import annotations

from regulars.database.check import Check


class ConsentsFollowChanges(Check):
    """A member said no in May, and the row that the mailings read still says yes: it was changed without a trace."""

    name = "consents_follow_changes"
    title = "Consents are what members said last"
    sentence = "Each consent that is noted is the latest of what the member said, with its text, time and door."
    invariant = "I5"
    offenders = """
        with latest as (
            -- What came with a merge and went with it had never been said.
            select * from (
                select distinct on (bucket, member_id, consent) * from members_consent_change
                where %(organisation)s::int is null or organisation_id = %(organisation)s
                order by bucket, member_id, consent, id desc
            ) said where via <> 'merge_undone'
        )
        select format('Member %%s, consent %%s: noted is %%s, and the last that was said is %%s.',
                      coalesce(c.member_id, l.member_id), coalesce(c.consent, l.consent), c.given, l.given)
        from latest l
        full join (
            select * from members_consent where %(organisation)s::int is null or organisation_id = %(organisation)s
        ) c using (bucket, member_id, consent)
        where (c.given, c.text_version, c.at, c.by_whom, c.via)
              is distinct from (l.given, l.text_version, l.at, l.by_whom, l.via)
    """
