"""I10: credit that a reward gave is in the books once, and gone from them once it was undone."""

from __future__ import annotations

from regulars.database.check import Check


class CreditFitsGrants(Check):
    """5.00 of credit for 500 points: 5.00 were earned for this redemption. Undone: 5.00 went back, not 4.00."""

    name = "credit_fits_grants"
    title = "Credit of rewards is in the books"
    sentence = "Each credit that a reward gave was earned once, and went back whole where the reward was undone."
    invariant = "I10"
    offenders = """
        with moved as (
            select bucket, cause, array_agg(id) filter (where cause_kind = 12) as lots,
                   sum(amount) filter (where cause_kind = 12) as given,
                   coalesce(sum(amount) filter (where cause_kind = 13), 0) as taken
            from ledger_transfer
            where cause_kind in (12, 13) and (%(organisation)s::int is null or organisation_id = %(organisation)s)
            group by bucket, cause
        ), granted as (
            select bucket, redemption_id, array_agg(reference) as lots, bool_and(state = 3) as is_undone
            from rewards_granted
            where kind = 'money' and (%(organisation)s::int is null or organisation_id = %(organisation)s)
            group by bucket, redemption_id
        )
        select format('Redemption %%s: credits %%s are due, and %%s were given; %%s of %%s were taken back.',
                      coalesce(g.redemption_id, m.cause), g.lots, m.lots, m.taken, m.given)
        from granted g full join moved m on m.bucket = g.bucket and m.cause = g.redemption_id
        where g.lots is null or m.lots is null or not (g.lots @> m.lots and m.lots @> g.lots)
           or m.taken <> case when g.is_undone then m.given else 0 end
    """
