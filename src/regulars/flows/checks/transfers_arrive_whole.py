"""I10: what one member sent is what the other got; what was taken back came back whole, and nothing is on its way."""

from __future__ import annotations

from regulars.database.check import Check


class TransfersArriveWhole(Check):
    """100 points left Ada and 90 reached Ben: ten were lost between two books that each add up.

    Sent: the points and the fee left once, and as many points arrived. Taken back: all of it returned. No points are
    left on the account between members. The two books lie in two buckets, and are joined by the id of the transfer.
    """

    name = "transfers_arrive_whole"
    title = "What members send one another arrives whole"
    sentence = "Every point that a member sent reached the other, and transfers that were taken back returned whole."
    invariant = "I10"
    offenders = """
        with moved as (
            select bucket, cause,
                   coalesce(sum(amount) filter (where debit = 1 and credit = 16), 0) as sent,
                   coalesce(sum(amount) filter (where debit = 16 and credit = 1), 0) as came,
                   coalesce(sum(amount) filter (where debit = 1 and credit = 17), 0) as charged,
                   coalesce(sum(amount) filter (where debit = 17 and credit = 1), 0) as refunded
            from ledger_transfer
            where cause_kind = 9 and (%(organisation)s::int is null or organisation_id = %(organisation)s)
            group by bucket, cause
        ), arrived as (
            select a.transfer_id, a.receiver, a.sender, sum(a.points) as told, sum(coalesce(m.came, 0)) as came,
                   sum(coalesce(m.sent, 0)) as sent, bool_or(l.owner is distinct from a.receiver) as elsewhere
            from transfers_arrival a
            left join moved m on m.bucket = a.bucket and m.cause = a.id
            left join ledger_lot l on l.bucket = a.bucket and l.id = a.lot_id and l.amount = a.points
            where %(organisation)s::int is null or a.organisation_id = %(organisation)s
            group by a.transfer_id, a.receiver, a.sender
        ), transfers as (
            select *, case when state = 2 then points else 0 end as back,
                   case when state = 2 then fee else 0 end as free
            from transfers_transfer where %(organisation)s::int is null or organisation_id = %(organisation)s
        )
        select format('Transfer %%s from %%s to %%s: %%s points and a fee of %%s, state %%s; %%s left, %%s arrived,'
                      ' %%s charged, %%s went back, %%s came back, %%s refunded.', coalesce(t.id, a.transfer_id),
                      coalesce(t.sender, a.sender), coalesce(t.receiver, a.receiver), t.points, t.fee, t.state,
                      m.sent, a.came, m.charged, a.sent, m.came, m.refunded)
        from transfers t
        full join arrived a on a.transfer_id = t.id and (a.receiver, a.sender) = (t.receiver, t.sender)
        left join moved m on m.bucket = t.bucket and m.cause = t.id
        where (m.sent, m.came, m.charged, m.refunded, a.told, a.came, a.sent) is distinct from
              (t.points::numeric, t.back::numeric, t.fee::numeric, t.free::numeric, t.points::numeric,
               t.points::numeric, t.back::numeric)
           or a.elsewhere
        union all
        select format('Point type %%s: %%s points left a member and reached nobody.', point_type,
                      sum(case when credit = 16 then amount else -amount end))
        from ledger_transfer
        where (debit = 16 or credit = 16) and (%(organisation)s::int is null or organisation_id = %(organisation)s)
        group by organisation_id, point_type having sum(case when credit = 16 then amount else -amount end) <> 0
    """
