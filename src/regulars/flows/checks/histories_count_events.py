"""I5: what is kept of each member's past is the sum of the member's events."""

from __future__ import annotations

from regulars.database.check import Check


class HistoriesCountEvents(Check):
    """Three orders of 10.00 and a history of two: one of them was counted nowhere, and first-order rules would err.

    An order that came back whole no longer counts; of others, what came back is no longer spent. Of members who became
    one, the past of all counts as that of the one who was kept; the histories of the others rest.
    """

    name = "histories_count_events"
    title = "Histories are the sums of their events"
    sentence = "How many events and orders a member has, how much was spent and since when, is what the events say."
    invariant = "I5"
    offenders = """
        with counted as (
            select coalesce(a.kept_id, e.member_id) as member_id, count(*) as events,
                   count(*) filter (where type = 'order') as orders,
                   coalesce(sum(amount_minor) filter (where type = 'order'), 0) as spent,
                   min(occurred_at) filter (where type = 'order') as first,
                   max(occurred_at) filter (where type = 'order') as last
            from events_event e left join merges_alias a on a.bucket = get_byte(uuid_send(e.member_id), 15)
              and a.member_id = e.member_id
            where %(organisation)s::int is null or e.organisation_id = %(organisation)s
            group by 1
        ), came_back as (
            select coalesce(a.kept_id, r.member_id) as member_id, count(*) filter (where whole) as orders,
                   sum(amount_minor) as spent
            from events_return r left join merges_alias a on a.bucket = get_byte(uuid_send(r.member_id), 15)
              and a.member_id = r.member_id
            where %(organisation)s::int is null or r.organisation_id = %(organisation)s
            group by 1
        ), left_over as (
            select member_id, events, counted.orders - coalesce(came_back.orders, 0) as orders,
                   counted.spent - coalesce(came_back.spent, 0) as spent, first, last
            from counted left join came_back using (member_id)
        ), kept as (
            select member_id, events, orders, spent_minor, first_order_at, last_order_at from events_history h
            where (%(organisation)s::int is null or organisation_id = %(organisation)s)
              and not exists (select from merges_alias a where a.bucket = h.bucket and a.member_id = h.member_id)
        )
        select format('Member %%s: the history has %%s events, %%s orders, %%s spent, %%s to %%s;'
                      ' the events are %%s, %%s, %%s, %%s to %%s.', member_id,
                      kept.events, kept.orders, spent_minor, first_order_at, last_order_at,
                      left_over.events, left_over.orders, spent, first, last)
        from left_over full join kept using (member_id)
        where (left_over.events, left_over.orders, spent, first, last)
          is distinct from (kept.events, kept.orders, spent_minor, first_order_at, last_order_at)
    """
