"""I9: every voucher code is claimed for its voucher, so that no other voucher can have it."""

from __future__ import annotations

from regulars.database.check import Check


class CodesAreClaimed(Check):
    """The voucher K7QM-2XPA-9RTD-HW3E without its claim cannot be found at the till, and may be made a second time."""

    name = "codes_are_claimed"
    title = "Every voucher code is claimed once"
    sentence = "Each voucher holds the claim of its code, and each claim has its voucher."
    invariant = "I9"
    offenders = """
        with vouchers as (
            select id, programme_id, code from rewards_voucher
            where %(organisation)s::int is null or organisation_id = %(organisation)s
        ), claims as (
            select voucher_id, programme_id, code from rewards_code_claim
            where %(organisation)s::int is null or organisation_id = %(organisation)s
        )
        select format('Code %%s: voucher %%s, claimed for %%s.', code, coalesce(id::text, 'missing'),
                      coalesce(voucher_id::text, 'nobody'))
        from vouchers full join claims using (programme_id, code)
        where id is distinct from voucher_id
    """
