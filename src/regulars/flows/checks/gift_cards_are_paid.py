"""I5, I9: every gift card was sold once, and nothing is on one that was not sold or has ended."""

from __future__ import annotations

from regulars.database.check import Check


class GiftCardsArePaid(Check):
    """A card of 50.00 is active, and nobody paid: one entry short. Or it was replaced, and 12.00 are still on it.

    Made and not sold: nothing ever moved. Active or ended: money came onto it once, by a payment or from another card.
    """

    name = "gift_cards_are_paid"
    title = "Gift cards were paid for"
    sentence = "Money came onto each sold card once, and there is none on cards that are not sold or have ended."
    invariant = "I9"
    offenders = """
        with came as (
            select bucket, owner, count(*) as times from stored_value_act
            where kind in (1, 6) and (%(organisation)s::int is null or organisation_id = %(organisation)s)
            group by bucket, owner
        ), there as (
            select bucket, owner, sum(available + held) as amount from ledger_balance
            where %(organisation)s::int is null or organisation_id = %(organisation)s group by bucket, owner
        )
        select format('Card %%s, state %%s: money came %%s times, and %%s is on it.', c.id, c.state,
                      coalesce(a.times, 0), coalesce(b.amount, 0))
        from gift_cards_card c left join came a on a.bucket = c.bucket and a.owner = c.id
        left join there b on b.bucket = c.bucket and b.owner = c.id
        where (%(organisation)s::int is null or c.organisation_id = %(organisation)s)
          and (coalesce(a.times, 0) <> case when c.state = 1 then 0 else 1 end
               or (c.state <> 2 and coalesce(b.amount, 0) <> 0))
        union all
        select format('Card %%s: %%s numbers lead to it.', c.id, count(n.number))
        from gift_cards_card c left join gift_cards_number n on n.card_id = c.id and n.number = c.number
        where %(organisation)s::int is null or c.organisation_id = %(organisation)s
        group by c.bucket, c.id having count(n.number) <> 1
    """
