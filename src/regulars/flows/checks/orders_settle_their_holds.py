"""I5: an order that names a hold is what settled it, and no other hold was settled by an order."""

from __future__ import annotations

from regulars.database.check import Check


class OrdersSettleTheirHolds(Check):
    """An order says that a hold paid 320 points for it; the hold was settled by another order, or with 300.

    Also found: points that left `held` for an order, of no hold at all.
    """

    name = "orders_settle_their_holds"
    title = "Holds that pay for orders belong to them"
    sentence = "Each order that names a hold settled that hold with the points it says, and no order settled another."
    invariant = "I5"
    offenders = """
        with named as (
            select id as event_id, (used ->> 'hold')::uuid as hold_id, (used ->> 'points')::bigint as points
            from events_event cross join lateral (  -- what cannot be read is found by events_can_be_read
                select case when body is json then body::jsonb #> '{order,points_used}' end as used
            ) paid
            where type = 'order' and used ->> 'hold' is not null
              and (%(organisation)s::int is null or organisation_id = %(organisation)s)
        ), spent as (
            select t.cause as event_id, h.id as hold_id, t.amount as points, t.id as entry_id
            from ledger_transfer t left join ledger_hold h on h.bucket = t.bucket and h.settlement_id = t.id
            where t.cause_kind = 1 and t.debit = 2
              and (%(organisation)s::int is null or t.organisation_id = %(organisation)s)
        )
        select format('Order of event %%s and hold %%s: it says that %%s points were paid, and entry %%s spent %%s.',
                      event_id, coalesce(named.hold_id, spent.hold_id), coalesce(named.points, 0), entry_id,
                      coalesce(spent.points, 0))
        from named full join spent using (event_id)
        where (named.hold_id, named.points) is distinct from (spent.hold_id, spent.points)
    """
