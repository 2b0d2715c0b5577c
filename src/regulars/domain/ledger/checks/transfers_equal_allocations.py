"""I4: for every point that leaves, lots paid; for every point that returns, lots got it back."""

from __future__ import annotations

from regulars.database.check import Check


class TransfersEqualAllocations(Check):
    """70 points were spent and the lots paid 60: ten points left that no grant explains.

    What took the owner below zero was paid by no lot, and what paid that off reached no lot's rest. A lot pays only for
    its own owner.
    """

    name = "transfers_equal_allocations"
    title = "Lots paid for every point that left"
    sentence = "The lots that paid for a transfer paid its amount exactly, and the points of a return reached its lots."
    invariant = "I4"
    offenders = """
        with paid as (
            select a.bucket, a.transfer_id, sum(a.amount) as paid, bool_or(l.id is null) as unknown,
                   array_agg(distinct l.owner) as owners, array_agg(distinct l.point_type) as types
            from ledger_allocation a left join ledger_lot l on l.bucket = a.bucket and l.id = a.lot_id
            where %(organisation)s::int is null or a.organisation_id = %(organisation)s
            group by a.bucket, a.transfer_id
        ), expected as (
            select t.*, case
                when t.debit = 1 then
                  -- before: balance_after + amount; the part below zero was paid by no lot
                  t.amount - greatest(-t.balance_after, 0) + greatest(-t.balance_after - t.amount, 0)
                when t.debit = 3 and t.credit >= 10 then t.amount
                when t.credit = 3 and l.id is null then -t.amount
                -- absorbed: what paid off a deficit
                when t.credit = 1 and (l.id is not null or t.debit = 3) then
                  greatest(t.amount - t.balance_after, 0) - greatest(-t.balance_after, 0)
                when t.credit = 1 then
                  greatest(t.amount - t.balance_after, 0) - greatest(-t.balance_after, 0) - t.amount
                else 0 end as due
            from ledger_transfer t left join ledger_lot l on l.bucket = t.bucket and l.id = t.id
            where %(organisation)s::int is null or t.organisation_id = %(organisation)s
        )
        select format('Transfer %%s of owner %%s: lots should have paid %%s, and paid %%s%%s.', id, owner, due,
                      coalesce(paid, 0), case when unknown then ', of a lot that does not exist' end)
        from expected left join paid on paid.bucket = expected.bucket and paid.transfer_id = expected.id
        where due <> coalesce(paid, 0) or unknown
           or owners is distinct from case when paid is not null then array[owner] end
           or types is distinct from case when paid is not null then array[point_type] end
    """
