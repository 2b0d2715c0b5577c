"""I5, I10: the parts of a payment are its order's price, each was taken, and no more goes back than was paid."""

from __future__ import annotations

from regulars.database.check import Check


class PaymentsAreTheirParts(Check):
    """An order of 40.00 was paid with 6.00 in points, 10.00 of stored value and 17.00 in money: 7.00 are missing."""

    name = "payments_are_their_parts"
    title = "Orders in parts are paid whole"
    sentence = "The parts of each payment sum to the price, stored value was spent for it, and no more money went back."
    invariant = "I10"
    offenders = """
        with parts as (
            select p.bucket, p.key, sum((e->>'amount')::bigint) as amount,
                   coalesce(sum((e->>'amount')::bigint) filter (where e->>'kind' = 'money'), 0) as money,
                   count(*) filter (where e->>'act' is not null and a.id is null) as missing
            from stored_value_payment p cross join lateral jsonb_array_elements(p.parts) e
            left join stored_value_act a on a.bucket = get_byte(uuid_send((e->>'act')::uuid), 15)
              and a.id = (e->>'act')::uuid and a.kind = 2 and a.amount = (e->>'amount')::bigint
            where %(organisation)s::int is null or p.organisation_id = %(organisation)s
            group by p.bucket, p.key
        ), back as (
            select bucket, payment, sum(money) as money from stored_value_payment_back
            where %(organisation)s::int is null or organisation_id = %(organisation)s group by bucket, payment
        )
        select format('Order %%s of %%s: parts %%s, %%s without their spending, %%s of %%s money went back.',
                      p.order_number, p.total, s.amount, s.missing, coalesce(b.money, 0), s.money)
        from stored_value_payment p left join parts s using (bucket, key)
        left join back b on b.bucket = p.bucket and b.payment = p.key
        where (%(organisation)s::int is null or p.organisation_id = %(organisation)s)
          and (s.amount is distinct from p.total or s.missing <> 0 or coalesce(b.money, 0) > s.money)
    """
