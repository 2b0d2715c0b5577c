"""I4: what is left in an owner's lots is what the owner can spend."""

from __future__ import annotations

from regulars.database.check import Check


class LotsEqualBalances(Check):
    """Lots with 70 and 30 left and a balance of 90: ten points would expire that nobody has.

    An owner below zero has no open lot: the next grant pays the deficit before anything is left of it.
    """

    name = "lots_equal_balances"
    title = "Open lots are what can be spent"
    sentence = "The points left in a member's lots are exactly the points that the member can spend."
    invariant = "I4"
    offenders = """
        with left_over as (
            select bucket, owner, point_type, sum(remaining) as points from ledger_lot
            where %(organisation)s::int is null or organisation_id = %(organisation)s
            group by bucket, owner, point_type
        ), kept as (
            select bucket, owner, point_type, available, pending from ledger_balance
            where %(organisation)s::int is null or organisation_id = %(organisation)s
        )
        , waiting as (
            select bucket, owner, point_type, sum(waiting) as points from ledger_pending
            where %(organisation)s::int is null or organisation_id = %(organisation)s
            group by bucket, owner, point_type
        )
        select format('Owner %%s, point type %%s: lots have %%s left, and %%s can be spent.',
                      owner, point_type, coalesce(points, 0), coalesce(available, 0))
        from left_over full join kept using (bucket, owner, point_type)
        where coalesce(points, 0) <> greatest(coalesce(available, 0), 0)
        union all
        select format('Owner %%s, point type %%s: %%s points wait in lots, and %%s are pending.',
                      owner, point_type, coalesce(points, 0), coalesce(pending, 0))
        from waiting full join kept using (bucket, owner, point_type)
        where coalesce(points, 0) <> coalesce(pending, 0)
    """
