"""I5: what members chose before they became one person holds for that one."""

from __future__ import annotations

from regulars.database.check import Check


class MergedMembersSpeakAsOne(Check):
    """Ada refused news as one member, allowed it as the other, and gets it now: the no was lost when they were merged.

    Found as well: a member who is part of another, and still on a list of their own.
    """

    name = "merged_members_speak_as_one"
    title = "Merged members speak as one"
    sentence = "What one of two merged members refused is not allowed by the other, and lists name the one person."
    invariant = "I5"
    offenders = """
        select format('Member %%s allows %%s since %%s, and member %%s, who became part of it on %%s, had refused it.',
                      k.member_id, k.consent, k.at::date, d.member_id, g.merged_at::date)
        from merges_merge g
        join members_consent d on d.bucket = g.bucket and d.member_id = g.duplicate_id and not d.given
        join members_consent k on k.bucket = get_byte(uuid_send(g.kept_id), 15) and k.member_id = g.kept_id
          and k.consent = d.consent and k.given and k.at < g.merged_at
        where g.undone_at is null and (%(organisation)s::int is null or g.organisation_id = %(organisation)s)
        union all
        select format('Member %%s is part of another, and on the list %%s.', a.member_id, l.code)
        from merges_alias a
        join audiences_membership s on s.bucket = a.bucket and s.member_id = a.member_id
        join audiences_audience l on l.id = s.audience_id and l.kind = 'static'
        where %(organisation)s::int is null or a.organisation_id = %(organisation)s
    """
