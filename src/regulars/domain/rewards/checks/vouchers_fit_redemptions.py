"""I9: a granted redemption has one valid voucher; one that was undone has none."""

from __future__ import annotations

from collections.abc import Mapping

from regulars.database.check import Check
from regulars.domain.rewards.reward_type import reward_types


class VouchersFitRedemptions(Check):
    """Granted: one valid code. Fulfilled: one used code. Reversed: one void code. Held or released: none.

    Two valid codes for one redemption would give the reward twice.
    """

    name = "vouchers_fit_redemptions"
    title = "One valid voucher for each granted redemption"
    sentence = "A granted redemption has exactly one valid voucher, a used one a used voucher, all others none valid."
    invariant = "I9"
    offenders = """
        with vouchers as (
            select redemption_id, array_agg(state order by state) as states,
                   array_agg(distinct member_id) as members
            from vouchers_code
            where redemption_id is not null and (%(organisation)s::int is null or organisation_id = %(organisation)s)
            group by redemption_id
        ), due as (
            select id, member_id, state, case
                when reward_type <> all(%(with_voucher)s) then '{}'
                when state = 2 then '{1}' when state = 3 then '{2}' when state = 5 then '{3}' else '{}'
                end::smallint[] as states
            from rewards_redemption
            where %(organisation)s::int is null or organisation_id = %(organisation)s
        )
        select format('Redemption %%s of member %%s in state %%s: vouchers in states %%s are due, and there are %%s.',
                      coalesce(id, redemption_id), member_id, state, due.states, coalesce(vouchers.states, '{}'))
        from due full join vouchers on redemption_id = id
        where due.states is distinct from coalesce(vouchers.states, '{}')
           or members is distinct from case when vouchers.states is not null then array[member_id] end
    """

    def parameters(self) -> Mapping[str, object]:
        return {"with_voucher": [name for name, kind in reward_types().items() if kind.gives_voucher]}
