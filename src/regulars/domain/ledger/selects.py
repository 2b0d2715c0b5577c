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
           p.activates_on, coalesce(p.waits_for, ''), p.cancels_after, t.cause_kind, t.cause, t.reason, l.owner
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

HOLDS = """
    select h.id, h.owner, h.point_type, h.amount, h.settled, h.state, h.transfer_id, h.created_at, h.expires_at,
           h.closed_at, h.purpose, h.by_whom, t.cause_kind, t.cause,
           case when s.cause_kind = 1 then s.cause end, h.given_back_at, coalesce(h.given_back_for, '')
    from ledger_hold h join ledger_transfer t on t.bucket = h.bucket and t.id = h.transfer_id
    left join ledger_transfer s on s.bucket = h.bucket and s.id = h.settlement_id
"""
FATES = """
    select uuid_send(a.lot_id), coalesce(sum(a.amount) filter (where t.cause_kind not in (30, 31)
             or 15 in (t.debit, t.credit)), 0)::bigint, bool_or(t.credit = 16 and t.cause_kind = 30)
    from unnest(%b::smallint[], %b::uuid[]) k(bucket, id)
    join ledger_allocation a on a.bucket = k.bucket and a.lot_id = k.id
    join ledger_transfer t on t.bucket = a.bucket and t.id = a.transfer_id
    where t.credit = 13 or (t.credit = 15 and t.cause_kind = 8) or t.cause_kind in (30, 31) group by a.lot_id
"""
REVOKED = """
    select uuid_send(r.grant_cause), r.point_type, r.reason, sum(r.points)::bigint
    from unnest(%b::smallint[], %b::uuid[]) k(bucket, id)
    join ledger_revocation r on r.bucket = k.bucket and r.grant_cause = k.id
    group by r.grant_cause, r.point_type, r.reason
"""
GIVEN_BACK = """
    select uuid_send(a.lot_id), -sum(a.amount)::bigint from ledger_transfer t
    join ledger_allocation a on a.bucket = t.bucket and a.transfer_id = t.id
    where t.bucket = %s and t.owner = %s and t.debit in (2, 12) and t.cause = any(%s) group by a.lot_id
"""
CANCELLED = """
    select max(p.cancels_after) from ledger_pending p where p.bucket = %s and p.owner = %s and p.waits_for = %s
      and p.waiting = 0 and (%s::uuid is null or p.cause = %s) and exists (
          select from ledger_allocation a join ledger_transfer t on t.bucket = a.bucket and t.id = a.transfer_id
          where a.bucket = p.bucket and a.lot_id = p.lot_id and t.cause_kind = 8)
"""
DUE_PENDING = """
    select distinct owner from (
        select uuid_send(owner) as owner from ledger_pending
        where waiting > 0 and activates_on <= %(today)s and not frozen and point_type = any(%(types)s)
        union all
        select uuid_send(owner) from ledger_pending
        where waiting > 0 and cancels_after < %(today)s and point_type = any(%(types)s)
    ) due limit %(limit)s
"""

MOVEMENTS = """
    select uuid_send(t.id), uuid_send(t.owner), t.posted_at, t.point_type, t.debit, t.credit, t.amount, t.cause_kind,
           uuid_send(t.cause), t.reason, t.occurred_at, l.last_day
    from ledger_transfer t left join ledger_lot l on l.bucket = t.bucket and l.id = t.id
    where t.bucket = %s::smallint and t.point_type = any(%s::int[])
      and t.cause_kind not in (1, 4, 6, 7, 8) -- follow from events, days and rules, which are played again
    order by t.id
"""
EXTENDED_BY_STAFF = """
    select distinct uuid_send(e.cause), l.point_type, e.from_day, e.to_day from ledger_extension e
    join ledger_lot l on l.bucket = e.bucket and l.id = e.lot_id
    where e.bucket = %s::smallint and e.cause_kind = 40
"""
