"""I10: of points that were set aside, what was not spent came back, and nothing happened to them twice."""

from __future__ import annotations

from regulars.database.check import Check


class HoldsEndOnce(Check):
    """500 set aside, 320 settled: 320 points left for `redeemed` and 180 came back; not 500 and 180.

    Asked of holds that stand for themselves. Those of redemptions are asked for with the redemption. An order may have
    settled it, whose entry the hold then names. What was given back after all came back as much as was settled.
    """

    name = "holds_end_once"
    title = "What was set aside was spent or came back"
    sentence = "Each hold's points were spent as far as it was settled, and the rest came back, once."
    invariant = "I10"
    offenders = """
        with moved as (
            select bucket, cause, coalesce(sum(amount) filter (where debit = 1 and credit = 2), 0) as held,
                   coalesce(sum(amount) filter (where debit = 2 and credit = 12), 0) as spent,
                   coalesce(sum(amount) filter (where debit = 2 and credit = 1), 0) as returned,
                   coalesce(sum(amount) filter (where debit = 12 and credit = 1), 0) as given_back
            from ledger_transfer
            where cause_kind = 11 and (%(organisation)s::int is null or organisation_id = %(organisation)s)
            group by bucket, cause
        )
        select format('Hold %%s of owner %%s, state %%s: %%s set aside, %%s settled; %%s were spent, %%s came back, and'
                      ' %%s were given back.', h.id, h.owner, h.state, h.amount, h.settled,
                      coalesce(s.amount, 0), m.returned, m.given_back)
        from ledger_hold h join moved m on m.bucket = h.bucket and m.cause = h.id
        left join ledger_transfer s on s.bucket = h.bucket and s.id = h.settlement_id and s.owner = h.owner
          and s.point_type = h.point_type and s.debit = 2 and s.credit = 12
        where (%(organisation)s::int is null or h.organisation_id = %(organisation)s)
          and ((m.held, coalesce(s.amount, 0), m.returned, m.given_back) is distinct from (
                  h.amount::numeric, h.settled,
                  case when h.state = 1 then 0 else h.amount - h.settled end::numeric,
                  case when h.state = 4 then h.settled else 0 end::numeric)
               or m.spent <> case when s.cause_kind = 11 then s.amount else 0 end
               or (h.state = 4) <> (h.given_back_at is not null))
    """
