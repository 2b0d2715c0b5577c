"""I9: a granted redemption has one valid voucher; one that was undone has none."""

from __future__ import annotations

from regulars.database.check import Check


class VouchersFitRedemptions(Check):
    """Where a code was granted: one valid or used code. Fulfilled: one used. Reversed: one void. Held, released: none.

    Two valid codes for one redemption would give the reward twice.
    """

    name = "vouchers_fit_redemptions"
    title = "One valid voucher for each granted redemption"
    sentence = "A redemption that gave a code has one valid voucher, a used one a used voucher, and all others none."
    invariant = "I9"
    offenders = """
        with vouchers as (
            select redemption_id, array_agg(state order by state) as states,
                   array_agg(distinct member_id) as members
            from vouchers_code
            where redemption_id is not null and (%(organisation)s::int is null or organisation_id = %(organisation)s)
            group by redemption_id
        ), due as (
            select r.id, r.member_id, r.state, case
                when g.state is null then '{}'
                when r.state = 2 then array[g.state] when r.state = 3 then '{2}' when r.state = 5 then '{3}' else '{}'
                end::smallint[] as states
            from rewards_redemption r
            left join rewards_granted g on g.bucket = r.bucket and g.redemption_id = r.id and g.kind = 'voucher'
            where %(organisation)s::int is null or r.organisation_id = %(organisation)s
        )
        select format('Redemption %%s of member %%s in state %%s: vouchers in states %%s are due, and there are %%s.',
                      coalesce(id, redemption_id), member_id, state, due.states, coalesce(vouchers.states, '{}'))
        from due full join vouchers on redemption_id = id
        where due.states is distinct from coalesce(vouchers.states, '{}')
           or members is distinct from case when vouchers.states is not null then array[member_id] end
    """
