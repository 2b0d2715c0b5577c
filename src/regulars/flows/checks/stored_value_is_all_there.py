"""I3: money that was paid in is in an account, or was spent, paid back or gone by its day; nobody is in debt."""

from __future__ import annotations

from regulars.database.check import Check


class StoredValueIsAllThere(Check):
    """Loaded 50.00, spent 20.00, and 35.00 in the account: 5.00 too much.

    No account of it is ever below zero, and an account is frozen when the latest act says so.
    """

    name = "stored_value_is_all_there"
    title = "Stored value is all there"
    sentence = "What accounts hold is what was loaded and given, less what was spent, paid back or expired."
    invariant = "I3"
    offenders = """
        with stored as (
            select distinct point_type from stored_value_act
            where %(organisation)s::int is null or organisation_id = %(organisation)s
        ), booked as (
            -- From the programme's side; what is on the way sums to zero.
            select t.point_type, sum(case when t.debit >= 10 then t.amount else 0 end)
                                 - sum(case when t.credit >= 10 then t.amount else 0 end) as amount
            from ledger_transfer t join stored using (point_type) group by t.point_type
        ), there as (
            select point_type, sum(available + held + pending) as amount
            from ledger_balance join stored using (point_type) group by point_type
        ), said as (
            select distinct on (bucket, owner) bucket, owner, point_type, kind = 7 as frozen from stored_value_act
            where kind in (7, 8) and (%(organisation)s::int is null or organisation_id = %(organisation)s)
            order by bucket, owner, created_at desc, id desc
        )
        select format('Point type %%s: %%s by the entries, %%s in the accounts.', point_type,
                      coalesce(b.amount, 0), h.amount)
        from there h left join booked b using (point_type) where h.amount <> coalesce(b.amount, 0)
        union all
        select format('Owner %%s: %%s of stored value.', b.owner, b.available)
        from ledger_balance b join stored using (point_type) where b.available < 0 or b.may_overdraw
        union all
        select format('Owner %%s: frozen is %%s, and the acts say %%s.', coalesce(b.owner, s.owner),
                      coalesce(b.frozen, false), coalesce(s.frozen, false))
        from said s full join (select * from ledger_balance
                               where frozen and (%(organisation)s::int is null or organisation_id = %(organisation)s)
                              ) b using (bucket, owner, point_type)
        where coalesce(b.frozen, false) <> coalesce(s.frozen, false)
    """
