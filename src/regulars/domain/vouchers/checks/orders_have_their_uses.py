"""I9: an order on which codes were used or reserved has exactly their uses, and they sum to what it was given."""

from __future__ import annotations

from regulars.database.check import Check


class OrdersHaveTheirUses(Check):
    """Two codes took 20.00 and 5.00 off the order: two uses of the order, 25.00 together. Rolled back: none stands."""

    name = "voucher_orders_have_their_uses"
    title = "Orders have the uses of their codes"
    sentence = "Each order has one use for each code that counts on it, and their amounts sum to the order's."
    invariant = "I9"
    offenders = """
        with standing as (
            select order_id, state, array_agg(code order by code) as codes, sum(amount_minor) as amount
            from vouchers_use
            where state in (1, 2) and order_id is not null
              and (%(organisation)s::int is null or organisation_id = %(organisation)s)
            group by order_id, state
        ), due as (
            select id, state, (select array_agg(c order by c) from unnest(codes) c) as codes, amount_minor
            from vouchers_order
            where state in (1, 2) and codes <> '{}'
              and (%(organisation)s::int is null or organisation_id = %(organisation)s)
        )
        select format('Order %%s in state %%s: codes %%s with %%s, uses in state %%s: %%s with %%s.',
                      coalesce(id, order_id), d.state, d.codes, d.amount_minor, s.state, s.codes, s.amount)
        from due d full join standing s on s.order_id = d.id
        where d.state is distinct from s.state or d.codes is distinct from s.codes
           or d.amount_minor is distinct from s.amount
    """
