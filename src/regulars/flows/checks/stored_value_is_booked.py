"""I5, I10: every act on stored value moved its money once, and nothing else did."""

from __future__ import annotations

from regulars.database.check import Check


class StoredValueIsBooked(Check):
    """Loaded 50.00 with 5.00 on top: one entry of 5,000 from `loaded`, one of 500 from `promoted`, both in the account.

    Paid back 50.00 after the gift was spent: 45.00 to `loaded`, and 5.00 to `promoted`.
    """

    name = "stored_value_is_booked"
    title = "Stored value moved as was said"
    sentence = "Each load, spending, refund and move of stored value made exactly its entries."
    invariant = "I5"
    offenders = """
        with moved as (
            select bucket, cause, owner, min(point_type) as point_type,
                   coalesce(sum(case when credit = 1 then amount else -amount end)
                            filter (where 18 in (debit, credit)), 0) as paid,
                   coalesce(sum(case when credit = 1 then amount else -amount end)
                            filter (where 19 in (debit, credit)), 0) as given,
                   coalesce(sum(case when credit = 1 then amount else -amount end)
                            filter (where 12 in (debit, credit)), 0) as used,
                   coalesce(sum(case when credit = 1 then amount else -amount end)
                            filter (where 16 in (debit, credit)), 0) as sent
            from ledger_transfer
            where cause_kind = 14 and (%(organisation)s::int is null or organisation_id = %(organisation)s)
            group by bucket, cause, owner
        )
        select format('Act %%s of owner %%s, kind %%s, %%s: paid %%s, given %%s, used %%s, sent %%s.',
                      a.id, a.owner, a.kind, a.amount, m.paid, m.given, m.used, m.sent)
        from stored_value_act a left join moved m on m.bucket = a.bucket and m.cause = a.id and m.owner = a.owner
        where (%(organisation)s::int is null or a.organisation_id = %(organisation)s) and a.kind not in (7, 8)
          and (m.point_type, m.paid, m.given, m.used, m.sent) is distinct from (
              a.point_type,
              (case a.kind when 1 then a.amount when 4 then -a.paid_out else 0 end)::numeric,
              (case a.kind when 1 then a.bonus when 9 then a.amount when 10 then -a.amount
                           when 4 then -(a.bonus + a.amount - a.paid_out) else 0 end)::numeric,
              (case a.kind when 2 then -a.amount when 3 then a.amount else 0 end)::numeric,
              (case a.kind when 5 then -a.amount when 6 then a.amount else 0 end)::numeric)
    """
