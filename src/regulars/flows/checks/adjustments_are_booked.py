"""I5, I10: every adjustment moved its points once, and what was taken back never exceeds it."""

from __future__ import annotations

from regulars.database.check import Check


class AdjustmentsAreBooked(Check):
    """Given 500, posted: one entry of 500. Reversed when 300 were left: one entry of -300, and `reversed_points` 300.

    Taken 80 of 50, where a balance may fall below zero: reversing gives two entries, of 50 and of 30.
    Waiting or declined: no entry at all.
    """

    name = "adjustments_are_booked"
    title = "Adjustments moved their points, and no more"
    sentence = "Each posted adjustment moved exactly its points, and what was taken back is at most what it moved."
    invariant = "I10"
    offenders = """
        with moved as (
            select bucket, cause,
                   sum(case when credit = 1 then amount else -amount end) filter (where cause_kind = 3) as posted,
                   sum(case when credit = 1 then amount else -amount end) filter (where cause_kind = 20) as returned,
                   array_agg(id) filter (where cause_kind = 3) as transfers,
                   array_agg(id) filter (where cause_kind = 20) as reversals,
                   min(point_type) as point_type
            from ledger_transfer
            where cause_kind in (3, 20) and (%(organisation)s::int is null or organisation_id = %(organisation)s)
            group by bucket, cause
        )
        select format('Adjustment %%s of member %%s, %%s points, state %%s: moved %%s, back %%s of %%s.',
                      a.id, a.member_id, a.points, a.state, coalesce(m.posted, 0), coalesce(m.returned, 0),
                      a.reversed_points)
        from adjustments_adjustment a left join moved m on m.bucket = a.bucket and m.cause = a.id
        where (%(organisation)s::int is null or a.organisation_id = %(organisation)s)
          and ((coalesce(m.posted, 0), coalesce(m.returned, 0), m.transfers) is distinct from (
                  case when a.state in (2, 4, 5) then a.points else 0 end::numeric,
                  case when a.points > 0 then -a.reversed_points else a.reversed_points end::numeric,
                  case when a.transfer_id is null then null else array[a.transfer_id] end)
               or not coalesce(a.reversal_id = any(m.reversals), m.reversals is null and a.reversal_id is null)
               or coalesce(m.point_type, a.point_type) <> a.point_type)
    """
