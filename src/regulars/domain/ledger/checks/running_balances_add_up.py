"""I2: the balance that every entry shows is the one before it plus or minus the entry."""

from __future__ import annotations

from regulars.database.check import Check


class RunningBalancesAddUp(Check):
    """+100 shows 100, -30 shows 75: the second entry is found. Members read this column on their statement."""

    name = "running_balances_add_up"
    title = "Every entry shows the right balance"
    sentence = "The balance shown by each entry of a statement is the balance before it, changed by that entry."
    invariant = "I2"
    offenders = """
        select format('Transfer %%s of owner %%s: entry %%s shows %%s, and the entries up to it give %%s.',
                      id, owner, entry_no, balance_after, running)
        from (
            select id, owner, entry_no, balance_after,
                   sum(case when credit = 1 then amount when debit = 1 then -amount else 0 end)
                     over (partition by bucket, owner, point_type order by entry_no) as running
            from ledger_transfer
            where %(organisation)s::int is null or organisation_id = %(organisation)s
        ) entries
        where balance_after <> running
    """
