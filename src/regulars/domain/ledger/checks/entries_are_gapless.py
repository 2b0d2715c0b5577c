"""I2: the entries of an owner are numbered 1, 2, 3 ... without a gap."""

from __future__ import annotations

from regulars.database.check import Check


class EntriesAreGapless(Check):
    """Entries 1, 2 and 4: the third was removed or never written, and the owner is named here.

    The balance row counts the entries as well; both must agree.
    """

    name = "entries_are_gapless"
    title = "No entry is missing"
    sentence = "The entries of each member are numbered from 1 without a gap, and the balance knows the last number."
    invariant = "I2"
    offenders = """
        with numbered as (
            select bucket, owner, point_type, count(*) as entries, min(entry_no) as first, max(entry_no) as last
            from ledger_transfer
            where %(organisation)s::int is null or organisation_id = %(organisation)s
            group by bucket, owner, point_type
        ), kept as (
            select bucket, owner, point_type, entry_no from ledger_balance
            where %(organisation)s::int is null or organisation_id = %(organisation)s
        )
        select format('Owner %%s, point type %%s: %%s entries numbered %%s to %%s, and the balance counts %%s.',
                      owner, point_type, coalesce(entries, 0), coalesce(first, 0), coalesce(last, 0),
                      coalesce(entry_no, 0))
        from numbered full join kept using (bucket, owner, point_type)
        where coalesce(first, 1) <> 1 or coalesce(entries, 0) <> coalesce(last, 0)
           or coalesce(last, 0) <> coalesce(entry_no, 0)
    """
