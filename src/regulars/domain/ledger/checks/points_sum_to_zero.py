"""I1: what members have is what the programme gave out and did not get back."""

from __future__ import annotations

from regulars.database.check import Check


class PointsSumToZero(Check):
    """Members hold 70 and the entries say 100 issued and 20 redeemed: 10 points are missing, and are found here.

    Transfers balance by construction. This compares the kept balances of all members with the sums of the programme's
    accounts, which no row keeps.
    """

    name = "points_sum_to_zero"
    title = "Every point type sums to zero"
    sentence = "The points that members have are exactly those that were issued and not redeemed, expired or taken."
    invariant = "I1"
    offenders = """
        with kept as (
            select point_type, sum(available + held + pending) as points from ledger_balance
            where %(organisation)s::int is null or organisation_id = %(organisation)s group by point_type
        ), given as (
            select point_type,
                   sum(amount) filter (where debit >= 10) as given, sum(amount) filter (where credit >= 10) as taken
            from ledger_transfer
            where %(organisation)s::int is null or organisation_id = %(organisation)s group by point_type
        )
        select format('Point type %%s: members have %%s, and the programme gave %%s and got back %%s.',
                      point_type, coalesce(kept.points, 0), coalesce(given, 0), coalesce(taken, 0))
        from kept full join given using (point_type)
        where coalesce(kept.points, 0) <> coalesce(given, 0) - coalesce(taken, 0)
    """
