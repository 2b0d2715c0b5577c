"""I2: the stored balance of an owner is the sum of the owner's entries."""

from __future__ import annotations

from regulars.database.check import Check


class BalancesEqualEntries(Check):
    """Entries +100 and -30 and a stored balance of 80: the balance is found, with both numbers.

    Also compared: what is held, and the balance that the last entry showed.
    """

    name = "balances_equal_entries"
    title = "Balances are the sums of their entries"
    sentence = "What a member can spend and what is held are the sums of all entries, and what the last entry showed."
    invariant = "I2"
    offenders = """
        with posted as (
            select bucket, owner, point_type,
                   sum(case when credit = 1 then amount when debit = 1 then -amount else 0 end) as available,
                   sum(case when credit = 2 then amount when debit = 2 then -amount else 0 end) as held,
                   sum(case when credit = 3 then amount when debit = 3 then -amount else 0 end) as pending,
                   (array_agg(balance_after order by entry_no desc))[1] as shown
            from ledger_transfer
            where %(organisation)s::int is null or organisation_id = %(organisation)s
            group by bucket, owner, point_type
        ), kept as (
            select bucket, owner, point_type, available, held, pending from ledger_balance
            where %(organisation)s::int is null or organisation_id = %(organisation)s
        )
        select format('Owner %%s, point type %%s: stored %%s, %%s held and %%s pending, entries give %%s, %%s held and'
                      ' %%s pending, the last entry showed %%s.', owner, point_type, coalesce(kept.available, 0),
                      coalesce(kept.held, 0), coalesce(kept.pending, 0), coalesce(posted.available, 0),
                      coalesce(posted.held, 0), coalesce(posted.pending, 0), coalesce(shown, 0))
        from posted full join kept using (bucket, owner, point_type)
        where coalesce(posted.available, 0) <> coalesce(kept.available, 0)
           or coalesce(posted.held, 0) <> coalesce(kept.held, 0)
           or coalesce(posted.pending, 0) <> coalesce(kept.pending, 0)
           or coalesce(shown, 0) <> coalesce(kept.available, 0)
    """
