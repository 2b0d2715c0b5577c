"""I5: a tier that staff gave lifts exactly the standing that it was given for, and the trail says who and why."""

from __future__ import annotations

from regulars.database.check import Check


class AssignmentsLiftStandings(Check):
    """A standing says that staff gave gold until March, and nobody gave it; or it was given, and nobody wrote down why.

    What is over since last midnight, by the programme's own clock, is ended by the nightly work, so it may still stand
    on one side only.
    """

    name = "assignments_lift_standings"
    title = "Tiers that staff gave have their operator and reason"
    sentence = "Each tier that staff gave is in the member's standing, and in the audit trail with who gave it and why."
    invariant = "I5"
    offenders = """
        with given as (
            select * from tiers_assignment
            where ended_at is null and (%(organisation)s::int is null or organisation_id = %(organisation)s)
        ), held as (
            select * from tiers_standing
            where assigned <> '' and (%(organisation)s::int is null or organisation_id = %(organisation)s)
        )
        select format('Member %%s on the ladder %%s: staff gave %%s, and the standing says %%s.',
                      member_id, ladder, coalesce(given.tier, 'nothing'), coalesce(held.assigned, 'nothing'))
        from given full join held using (bucket, member_id, ladder)
        where (given.tier, coalesce(given.until, '9999-12-31')) is distinct from (held.assigned, held.assigned_until)
          and not (held.bucket is null and exists (
              select from programmes_programme p
              where p.id = given.programme_id
                and given.until < ((now() + p.clock_ahead) at time zone p.time_zone)::date
          ))
        union all
        select format('Member %%s: the tier %%s was given by %%s, and no entry of the audit trail says so.',
                      a.member_id, a.tier, a.given_by)
        from tiers_assignment a
        where (%(organisation)s::int is null or a.organisation_id = %(organisation)s)
          and not exists (
              select 1 from audit_entry e where e.subject = a.member_id and e.action = 'tier.assigned'
                and e.by_whom = a.given_by and e.details ->> 'tier' = a.tier and e.details ->> 'reason' = a.reason
          )
    """
