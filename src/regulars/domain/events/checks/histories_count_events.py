"""I5: what is kept of each member's past is the sum of the member's events."""

from __future__ import annotations

from regulars.database.check import Check


class HistoriesCountEvents(Check):
    """Three orders of 10.00 and a history of two: one of them was counted nowhere, and first-order rules would err.

    An order that came back whole no longer counts; of others, what came back is no longer spent.
    """

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
        ), came_back as (
            select bucket, member_id, count(*) filter (where whole) as orders, sum(amount_minor) as spent
            from events_return
            where %(organisation)s::int is null or organisation_id = %(organisation)s
            group by bucket, member_id
        ), left_over as (
            select bucket, member_id, events, counted.orders - coalesce(came_back.orders, 0) as orders,
                   counted.spent - coalesce(came_back.spent, 0) as spent, first, last
            from counted left join came_back using (bucket, member_id)
        ), kept as (
            select bucket, member_id, events, orders, spent_minor, first_order_at, last_order_at from events_history
            where %(organisation)s::int is null or organisation_id = %(organisation)s
        )
        select format('Member %%s: the history has %%s events, %%s orders, %%s spent, %%s to %%s;'
                      ' the events are %%s, %%s, %%s, %%s to %%s.', member_id,
                      kept.events, kept.orders, spent_minor, first_order_at, last_order_at,
                      left_over.events, left_over.orders, spent, first, last)
        from left_over full join kept using (bucket, member_id)
        where (left_over.events, left_over.orders, spent, first, last)
          is distinct from (kept.events, kept.orders, spent_minor, first_order_at, last_order_at)
    """
