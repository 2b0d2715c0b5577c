"""The longer SELECTs of queries.py."""

from __future__ import annotations

ISSUED_BETWEEN = """
    with spans as (
        select * from unnest(%b::smallint[], %b::uuid[], %b::timestamptz[], %b::timestamptz[])
            k(bucket, owner, since, until)
    )
    select uuid_send(t.owner), t.occurred_at, t.amount
    from spans k join ledger_transfer t on t.bucket = k.bucket and t.owner = k.owner and t.point_type = %b::int
      and t.occurred_at >= k.since and t.occurred_at < k.until
    where t.debit = 11
    union all
    select uuid_send(r.owner), r.earned_at, -r.points
    from spans k join ledger_revocation r on r.bucket = k.bucket and r.owner = k.owner and r.point_type = %b::int
      and r.earned_at >= k.since and r.earned_at < k.until
"""
PENDING = """
    select uuid_send(p.lot_id), uuid_send(p.owner), p.point_type, p.amount, p.waiting, l.earned_at, p.activates_on,
           p.waits_for, p.cancels_after, uuid_send(p.cause), l.last_day, p.expiry, l.renewable,
           p.frozen
    from ledger_pending p join ledger_lot l on l.bucket = p.bucket and l.id = p.lot_id
"""
LOTS = """
    select l.id, l.point_type, l.amount, l.remaining, coalesce(p.waiting, 0), l.earned_at, l.last_day,
           p.activates_on, coalesce(p.waits_for, ''), p.cancels_after, t.cause_kind, t.cause, t.reason
    from ledger_lot l join ledger_transfer t on t.bucket = l.bucket and t.id = l.id
    left join ledger_pending p on p.bucket = l.bucket and p.lot_id = l.id
"""
CHANGE_OF_LOTS = """
    with lots as (
        select owner, remaining, coalesce(last_day, 'infinity') as old, %(new)s::date as new
        from ledger_lot where remaining > 0 and point_type = %(type)s and earned_at < %(before)s
          and (last_day is null or last_day >= %(day)s)
    ), told as (
        select owner, remaining, new > old as later, new < old as earlier,
               new <= %(soon)s and old > %(soon)s as soon, new <= %(day)s and old > %(day)s as at_once
        from lots
    )
    select count(distinct owner) filter (where later or earlier),
           count(distinct owner) filter (where later), coalesce(sum(remaining) filter (where later), 0)::bigint,
           count(distinct owner) filter (where earlier), coalesce(sum(remaining) filter (where earlier), 0)::bigint,
           count(distinct owner) filter (where soon), coalesce(sum(remaining) filter (where soon), 0)::bigint,
           count(distinct owner) filter (where at_once), coalesce(sum(remaining) filter (where at_once), 0)::bigint
    from told
"""
ENTRIES = """
    select id, point_type, entry_no,
           case when credit = 1 then amount when debit = 1 then -amount else 0 end,
           balance_after, debit, credit, cause_kind, cause, reason, occurred_at, posted_at, owner, amount
    from ledger_transfer
"""
