"""I5: what is kept of each member's past is the sum of the member's events."""

from __future__ import annotations

from regulars.database.check import Check


class HistoriesCountEvents(Check):
    """Three orders of 10.00 and a history of two: one of them was counted nowhere, and first-order rules would err."""

    name = "histories_count_events"
    title = "Histories are the sums of their events"
    sentence = "How many events and orders a member has, how much was spent and since when, is what the events say."
    invariant = "I5"
    offenders = """
        with counted as (
            select bucket, member_id, count(*) as events, count(*) filter (where type = 'order') as orders,
                   coalesce(sum(amount_minor) filter (where type = 'order'), 0) as spent,
                   min(occurred_at) filter (where type = 'order') as first,
                   max(occurred_at) filter (where type = 'order') as last
            from events_event
            where %(organisation)s::int is null or organisation_id = %(organisation)s
            group by bucket, member_id
        ), kept as (
            select bucket, member_id, events, orders, spent_minor, first_order_at, last_order_at from events_history
            where %(organisation)s::int is null or organisation_id = %(organisation)s
        )
        select format('Member %%s: the history has %%s events, %%s orders, %%s spent, %%s to %%s;'
                      ' the events are %%s, %%s, %%s, %%s to %%s.', member_id,
                      kept.events, kept.orders, spent_minor, first_order_at, last_order_at,
                      counted.events, counted.orders, spent, first, last)
        from counted full join kept using (bucket, member_id)
        where (counted.events, counted.orders, spent, first, last)
          is distinct from (kept.events, kept.orders, spent_minor, first_order_at, last_order_at)
    """
