"""I5: a granted redemption has what it granted; one that was undone has nothing any more."""

from __future__ import annotations

from regulars.database.check import Check


class GrantsFitRedemptions(Check):
    """Reversed, and a donation that still counts. Fulfilled, and a bag of beans that still waits for staff.

    Granted: at least one thing, none of it reversed, and something is still to be done, or nothing ever was. Fulfilled:
    all is done. Reversed: all is reversed. Held and released: nothing was given.
    """

    name = "grants_fit_redemptions"
    title = "Granted redemptions have what they granted"
    sentence = "Each redemption that is granted or fulfilled has what it gave, and one that was undone has none of it."
    invariant = "I5"
    offenders = """
        with given as (
            select bucket, redemption_id, array_agg(distinct state) as states, array_agg(distinct member_id) as members,
                   bool_or(due > 0 and state = 1) as is_open, bool_or(due > 0) as was_open,
                   bool_and((state = 2) = (fulfilled = quantity)) as is_counted
            from rewards_granted
            where %(organisation)s::int is null or organisation_id = %(organisation)s
            group by bucket, redemption_id
        )
        select format('Redemption %%s of member %%s, state %%s: what it gave is in states %%s.',
                      coalesce(r.id, g.redemption_id), r.member_id, r.state, g.states)
        from (select * from rewards_redemption
              where %(organisation)s::int is null or organisation_id = %(organisation)s) r
        full join given g on g.bucket = r.bucket and g.redemption_id = r.id
        where g.members is distinct from case when g.states is not null then array[r.member_id] end
           or not coalesce(g.is_counted, true)
           or not case r.state
              when 2 then g.states is not null and not 3 = any(g.states) and (g.is_open or not g.was_open)
              when 3 then g.states is not null and not 3 = any(g.states) and g.was_open and not g.is_open
              when 5 then g.states = '{3}'
              else g.states is null end
    """
