"""I5, I10: every redemption moved its price, once; one that was undone gave back exactly that."""

from __future__ import annotations

from regulars.database.check import Check


class RedemptionsArePaid(Check):
    """Price 500, granted: 500 points left for `redeemed`. Reversed: the same 500 came back, not 501 and not twice.

    Held: 500 points are on hold, and the hold is open. Several members of a household may have paid together.
    """

    name = "redemptions_are_paid"
    title = "Redemptions moved their price, and no more"
    sentence = "Each redemption took its price once, and whatever was undone gave back exactly what it had taken."
    invariant = "I10"
    offenders = """
        with moved as (
            select cause,
                   sum(amount) filter (where debit = 1) as taken, sum(amount) filter (where credit = 1) as returned,
                   sum(case when credit = 2 then amount when debit = 2 then -amount else 0 end) as held,
                   sum(case when credit = 12 then amount when debit = 12 then -amount else 0 end) as redeemed
            from ledger_transfer
            where cause_kind in (2, 5) and (%(organisation)s::int is null or organisation_id = %(organisation)s)
            group by cause
        )
        select format('Redemption %%s of member %%s, price %%s, state %%s: took %%s, gave back %%s, holds %%s'
                      ' (hold %%s), redeemed %%s.', r.id, r.member_id, r.price, r.state, m.taken,
                      coalesce(m.returned, 0), m.held, h.state, m.redeemed)
        from rewards_redemption r
        left join moved m on m.cause = r.id
        left join ledger_hold h on h.bucket = get_byte(uuid_send(r.hold_id), 15) and h.id = r.hold_id
        where (%(organisation)s::int is null or r.organisation_id = %(organisation)s)
          and ((m.taken, coalesce(m.returned, 0), m.held, m.redeemed) is distinct from (
                  r.price::numeric, case when r.state in (4, 5) then r.price else 0 end::numeric,
                  case when r.state = 1 then r.price else 0 end::numeric,
                  case when r.state in (2, 3) then r.price else 0 end::numeric)
               or h.state is distinct from case
                  when r.hold_id is null then null when r.state = 1 then 1 when r.state = 4 then 3 else 2 end
               or (r.hold_id is null and r.state in (1, 4)))
    """
