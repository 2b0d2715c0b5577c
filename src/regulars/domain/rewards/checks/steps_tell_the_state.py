"""I5: every redemption is in the state that its last step says, and came there by steps that are allowed."""

from __future__ import annotations

from regulars.database.check import Check


class StepsTellTheState(Check):
    """Steps held, granted, reversed and the state granted: a voucher would be valid although the points went back.

    Allowed: held to granted or released; granted to fulfilled or reversed; back to
    granted where the order did not come about on which its code was used; a redemption begins held or granted.
    """

    name = "steps_tell_the_state"
    title = "Redemptions went step by step"
    sentence = "Each redemption is in the state of its last step, and took only steps that are allowed."
    invariant = "I5"
    offenders = """
        with walked as (
            select bucket, redemption_id, array_agg(state order by id) as states from rewards_step
            where %(organisation)s::int is null or organisation_id = %(organisation)s
            group by bucket, redemption_id
        )
        select format('Redemption %%s of member %%s: state %%s after the steps %%s.',
                      coalesce(r.id, w.redemption_id), r.member_id, r.state, w.states)
        from (select * from rewards_redemption
              where %(organisation)s::int is null or organisation_id = %(organisation)s) r
        full join walked w on w.bucket = r.bucket and w.redemption_id = r.id
        where r.state is distinct from w.states[cardinality(w.states)]
           or array_to_string(w.states, ',') !~ '^((1,)?2(,3,2)*(,3|,5)?|1(,4)?)$'
    """
