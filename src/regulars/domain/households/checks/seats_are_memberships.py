"""I9: a member is in one household at most, and every household that goes on has one owner."""

from __future__ import annotations

from regulars.database.check import Check


class SeatsAreMemberships(Check):
    """A seat tells where a member is now. One without an open membership, or the other way round, is a mistake."""

    name = "seats_are_memberships"
    title = "Everybody is in one household at most"
    sentence = "Each member is in at most one household, and each household that has not ended has one owner."
    invariant = "I9"
    offenders = """
        select format('Member %%s: seat in household %%s, membership in household %%s.',
                      coalesce(s.member_id, m.member_id), s.household_id, m.household_id)
        from (select * from households_seat
              where %(organisation)s::int is null or organisation_id = %(organisation)s) s
        full join (select * from households_membership where left_at is null
              and (%(organisation)s::int is null or organisation_id = %(organisation)s)) m
          on m.member_id = s.member_id and m.household_id = s.household_id
        where s.member_id is null or m.member_id is null
        union all
        select format('Household %%s, ended %%s: %%s owners among %%s members.', h.id, h.ended_at,
                      count(*) filter (where m.role = 1), count(m.id))
        from households_household h
        left join households_membership m on m.bucket = h.bucket and m.household_id = h.id and m.left_at is null
        where %(organisation)s::int is null or h.organisation_id = %(organisation)s
        group by h.bucket, h.id
        having count(*) filter (where m.role = 1) <> case when h.ended_at is null then 1 else 0 end
            or (h.ended_at is not null and count(m.id) > 0)
    """
