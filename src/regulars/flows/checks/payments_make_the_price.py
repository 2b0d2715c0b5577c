"""I10: what the members of a household paid together makes the price, and each of them has the entry that says so."""

from __future__ import annotations

from regulars.database.check import Check


class PaymentsMakeThePrice(Check):
    """Price 500, paid by 300 and 200. Undone: 300 and 200 came back to the same two, not 250 and 250."""

    name = "payments_make_the_price"
    title = "Who pays together pays the price"
    sentence = "The parts of a redemption that a household paid make its price, and each came from its member's points."
    invariant = "I10"
    offenders = """
        with moved as (
            select owner, cause, sum(amount) filter (where debit = 1) as taken,
                   coalesce(sum(amount) filter (where credit = 1), 0) as returned
            from ledger_transfer
            where cause_kind in (2, 5) and (%(organisation)s::int is null or organisation_id = %(organisation)s)
            group by owner, cause
        )
        select format('Redemption %%s, price %%s: its parts make %%s.', r.id, r.price, sum(p.points))
        from rewards_payment p join rewards_redemption r on r.bucket = p.bucket and r.id = p.redemption_id
        where %(organisation)s::int is null or p.organisation_id = %(organisation)s
        group by r.bucket, r.id having sum(p.points) <> r.price
        union all
        select format('Redemption %%s, state %%s: member %%s is to pay %%s, paid %%s, got back %%s (hold %%s).',
                      p.redemption_id, r.state, p.member_id, p.points, m.taken, m.returned, h.state)
        from rewards_payment p
        left join rewards_redemption r on r.bucket = p.bucket and r.id = p.redemption_id
        left join moved m on m.owner = p.member_id and m.cause = p.redemption_id
        left join ledger_transfer t on t.bucket = get_byte(uuid_send(p.transfer_id), 15) and t.id = p.transfer_id
        left join ledger_hold h on h.bucket = get_byte(uuid_send(p.hold_id), 15) and h.id = p.hold_id
        where (%(organisation)s::int is null or p.organisation_id = %(organisation)s)
          and ((t.owner, t.cause, t.amount) is distinct from (p.member_id, p.redemption_id, p.points)
               or (m.taken, m.returned) is distinct from (
                   p.points::numeric, case when r.state in (4, 5) then p.points else 0 end::numeric)
               or h.state is distinct from case
                   when p.hold_id is null then null when r.state = 1 then 1 when r.state = 4 then 3 else 2 end)
    """
