"""I4: no lot paid more than it had, at any time, and what is left of it is the rest."""

from __future__ import annotations

from regulars.database.check import Check


class LotsEqualAllocations(Check):
    """A lot of 100 paid 60 and got back 10: 50 must be left. It never paid more than 100, in the order of the entries.

    Also found: a lot without the transfer that granted it, or with another amount or owner than that transfer.
    """

    name = "lots_equal_allocations"
    title = "No lot paid more than it had"
    sentence = "What is left of each lot is its amount less what it paid, and it never paid more than its amount."
    invariant = "I4"
    offenders = """
        with paid as (
            select bucket, lot_id, sum(amount) as paid, min(running) as least, max(running) as most,
                   bool_or(owner is null) as unknown
            from (
                select a.bucket, a.lot_id, a.amount, t.owner,
                       sum(a.amount) over (partition by a.bucket, a.lot_id order by t.entry_no) as running
                from ledger_allocation a
                left join ledger_transfer t on t.bucket = a.bucket and t.id = a.transfer_id
                where %(organisation)s::int is null or a.organisation_id = %(organisation)s
            ) steps group by bucket, lot_id
        ), lots as (
            select l.*, t.amount as granted, t.owner as grantee, t.point_type as granted_type, t.credit,
                   coalesce(p.waiting, 0) as waiting, p.lot_id is not null as was_pending, p.amount as pending_amount
            from ledger_lot l left join ledger_transfer t on t.bucket = l.bucket and t.id = l.id
            left join ledger_pending p on p.bucket = l.bucket and p.lot_id = l.id
            where %(organisation)s::int is null or l.organisation_id = %(organisation)s
        )
        select format('Lot %%s of owner %%s: granted %%s, amount %%s, paid %%s (at one time %%s), left %%s%%s.',
                      coalesce(lots.id, lot_id), owner, granted, lots.amount, coalesce(paid, 0), coalesce(most, 0),
                      remaining, case when unknown then ', for a transfer that does not exist' end)
        from lots full join paid on paid.bucket = lots.bucket and paid.lot_id = lots.id
        where lots.id is null or unknown
           or remaining + waiting <> lots.amount - coalesce(paid, 0) or least < 0 or most > lots.amount
           or (granted, grantee, granted_type, credit) is distinct from
              (lots.amount, owner, point_type, case when was_pending then 3 else 1 end::smallint)
           or (was_pending and pending_amount <> lots.amount)
    """
