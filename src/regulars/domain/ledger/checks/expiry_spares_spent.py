"""I4: points expire once, after their last day, and only those that were not spent."""

from __future__ import annotations

from regulars.database.check import Check


class ExpirySparesSpent(Check):
    """A lot of 100 of which 30 were spent expires with 70, and nothing is left of it; never with 100, never twice.

    Somewhere on earth a day begins 14 hours before it begins in UTC: no lot expires before that. Points of the lot that
    came back after it may have got days of grace: what counts is the last day that the lot had when it expired.
    """

    name = "expiry_spares_spent"
    title = "Only unspent points expire, and not early"
    sentence = "Each expiry takes what was left of one lot after its last day, never points that were spent before."
    invariant = "I4"
    offenders = """
        with steps as (
            select a.bucket, a.transfer_id, a.lot_id, a.amount as paid,
                   coalesce(x.from_day, l.last_day) as last_day,
                   l.amount - sum(a.amount) over (partition by a.bucket, a.lot_id order by t.entry_no) as remaining
            from ledger_allocation a
            join ledger_lot l on l.bucket = a.bucket and l.id = a.lot_id
            join ledger_transfer t on t.bucket = a.bucket and t.id = a.transfer_id
            left join lateral (
                select from_day from ledger_extension e
                where t.credit = 13 and e.bucket = a.bucket and e.lot_id = a.lot_id and e.at > t.posted_at
                order by e.at, e.id limit 1
            ) x on true
            where %(organisation)s::int is null or a.organisation_id = %(organisation)s
        )
        select format('Transfer %%s of owner %%s: %%s points expired on %%s, of %%s lots, last day %%s, left %%s.',
                      t.id, t.owner, t.amount, t.posted_at, count(s.lot_id), max(s.last_day), min(s.remaining))
        from ledger_transfer t left join steps s on s.bucket = t.bucket and s.transfer_id = t.id
        where t.credit = 13 and (%(organisation)s::int is null or t.organisation_id = %(organisation)s)
        group by t.bucket, t.id
        having count(s.lot_id) <> 1 or min(s.remaining) <> 0 or max(s.paid) <> t.amount or max(s.last_day) is null
            or t.posted_at < ((max(s.last_day) + 1)::timestamp at time zone 'UTC') - interval '14 hours'
    """
