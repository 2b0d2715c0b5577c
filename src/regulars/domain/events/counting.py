"""The SELECTs behind what ladders count."""

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
