"""I10: what was given back or paid back of an act never exceeds it."""

from __future__ import annotations

from regulars.database.check import Check


class RefundsStayWithin(Check):
    """Spent 20.00, given back 15.00 and then 10.00: 5.00 came from nowhere.

    Of a load, what went with it of the gift is within the gift as well. Of a reward, no more is taken back than it
    gave.
    """

    name = "refunds_stay_within"
    title = "No more goes back than was paid"
    sentence = "What was given back of a spending, or paid back of a load, is at most what it had moved."
    invariant = "I10"
    offenders = """
        with back as (
            select bucket, of_act, owner, kind, sum(amount) as amount, sum(bonus + amount - paid_out) as gift
            from stored_value_act
            where kind in (3, 4, 10) and (%(organisation)s::int is null or organisation_id = %(organisation)s)
            group by bucket, of_act, owner, kind
        )
        select format('Act %%s of owner %%s: %%s of %%s went back.', b.of_act, b.owner, b.amount,
                      coalesce(a.amount, 0))
        from back b left join stored_value_act a on a.bucket = b.bucket and a.id = b.of_act and a.owner = b.owner
          and a.kind = case b.kind when 3 then 2 when 4 then 1 else 9 end
        where b.amount > coalesce(a.amount, 0) or (b.kind = 4 and b.gift > coalesce(a.bonus, 0))
    """
