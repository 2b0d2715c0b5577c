"""The SELECTs behind what is counted: for ladders, and of whole histories."""

from __future__ import annotations

ORDERS_BETWEEN = """
    with spans as (
        select * from unnest(%b::smallint[], %b::uuid[], %b::timestamptz[], %b::timestamptz[])
            k(bucket, member_id, since, until)
    )
    select uuid_send(e.member_id), e.occurred_at, 1
    from spans k join events_event e on e.bucket = k.bucket and e.member_id = k.member_id
      and e.occurred_at >= k.since and e.occurred_at < k.until
    where e.type = 'order'
      and not exists (select 1 from events_return r where r.bucket = e.bucket and r.order_id = e.id and r.whole)
"""
VISITS_BETWEEN = """
    with spans as (
        select * from unnest(%b::smallint[], %b::uuid[], %b::timestamptz[], %b::timestamptz[])
            k(bucket, member_id, since, until)
    )
    select uuid_send(e.member_id), min(e.occurred_at), 1
    from spans k join events_event e on e.bucket = k.bucket and e.member_id = k.member_id
      and e.occurred_at >= k.since and e.occurred_at < k.until
    where e.type = any(%b::text[]) and e.id is distinct from %b::uuid
      and not exists (select 1 from events_return r where r.bucket = e.bucket and r.order_id = e.id and r.whole)
    group by e.bucket, e.member_id, (e.occurred_at at time zone %b::text)::date
"""
WEIGHED_BETWEEN = """
    with spans as (
        select * from unnest(%b::smallint[], %b::uuid[], %b::timestamptz[], %b::timestamptz[])
            k(bucket, member_id, since, until)
    )
    select uuid_send(e.member_id), e.occurred_at, w.weight
    from spans k join events_event e on e.bucket = k.bucket and e.member_id = k.member_id
      and e.occurred_at >= k.since and e.occurred_at < k.until
    join unnest(%b::text[], %b::bigint[]) w(type, weight) on w.type = e.type
"""
COUNTED_HISTORIES = """
    select uuid_send(k.member_id), e.events::int, (e.orders - r.orders)::int, (e.spent - r.spent)::bigint,
           e.first, e.last
    from unnest(%b::smallint[], %b::uuid[]) k(bucket, member_id)
    cross join lateral (
        select count(*) as events, count(*) filter (where type = 'order') as orders,
               coalesce(sum(amount_minor) filter (where type = 'order'), 0) as spent,
               min(occurred_at) filter (where type = 'order') as first,
               max(occurred_at) filter (where type = 'order') as last
        from events_event e where e.bucket = k.bucket and e.member_id = k.member_id
    ) e cross join lateral (
        select count(*) filter (where whole) as orders, coalesce(sum(amount_minor), 0) as spent
        from events_return r where r.bucket = k.bucket and r.member_id = k.member_id
    ) r
"""
