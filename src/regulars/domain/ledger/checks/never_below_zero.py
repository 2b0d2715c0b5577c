"""I3: who may not overdraw was never below zero, not even between two entries."""

from __future__ import annotations

from regulars.database.check import Check


class NeverBelowZero(Check):
    """Spend 30, then earn 100: the balance of 70 is right, and for one entry the owner had -30.

    Sums are taken anew from the entries; neither the stored balance nor what the entries show is trusted.
    """

    name = "never_below_zero"
    title = "Nobody was ever below zero"
    sentence = "After every single entry a member had zero points or more, except where the programme allows less."
    invariant = "I3"
    offenders = """
        select format('Owner %%s, point type %%s: after entry %%s there were %%s to spend, %%s held and %%s pending.',
                      owner, point_type, entry_no, available, held, pending)
        from (
            select bucket, owner, point_type, entry_no, debit, cause_kind,
                   sum(case when credit = 1 then amount when debit = 1 then -amount else 0 end) over e as available,
                   sum(case when credit = 2 then amount when debit = 2 then -amount else 0 end) over e as held,
                   sum(case when credit = 3 then amount when debit = 3 then -amount else 0 end) over e as pending
            from ledger_transfer
            where %(organisation)s::int is null or organisation_id = %(organisation)s
            window e as (partition by bucket, owner, point_type order by entry_no)
        ) running
        where held < 0 or pending < 0 or (available < 0 and debit = 1 and cause_kind not in (3, 7, 20, 30, 31))
        union all
        select format('Owner %%s, point type %%s: %%s can be spent, and the balance %%s be below zero.',
                      owner, point_type, available, case when may_overdraw then 'may' else 'must not' end)
        from ledger_balance where may_overdraw <> (available < 0)
          and (%(organisation)s::int is null or organisation_id = %(organisation)s)
    """
