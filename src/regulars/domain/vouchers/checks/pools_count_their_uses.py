"""I9: a pool with a limit for all its codes together counts what they count, and nothing beyond the limit was taken."""

from __future__ import annotations

from regulars.database.check import Check


class PoolsCountTheirUses(Check):
    """500 uses in all, and 499 taken by the pool: one more than allowed could be used.

    A limit that was lowered later takes nothing away from uses that were before.
    """

    name = "voucher_pools_count_their_uses"
    title = "Pools count the uses of their codes"
    sentence = "Each pool with a limit for all uses counts the uses and reservations of its codes."
    invariant = "I9"
    offenders = """
        select format('Pool %%s: counts %%s, its codes count %%s.', p.code, p.taken, sum(c.uses + c.reserved))
        from vouchers_pool p
        left join vouchers_code c on c.pool_id = p.id
        where p.total_uses is not null and (%(organisation)s::int is null or p.organisation_id = %(organisation)s)
        group by p.id
        having p.taken <> coalesce(sum(c.uses + c.reserved), 0)
    """
