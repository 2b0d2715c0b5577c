"""I10: returns never take back more than was granted, and what they took is what was posted."""

from __future__ import annotations

from regulars.database.check import Check


class RevocationsStayWithinGrants(Check):
    """An order gave 50 points and two returns of it revoked 30 and 30: ten points too many, found by order and rule.

    Also found: a return whose entries say another number than it is said to have taken.
    """

    name = "revocations_stay_within_grants"
    title = "Returns take back at most what was given"
    sentence = "All returns of one order together take back no more than each rule gave for it."
    invariant = "I10"
    offenders = """
        with revoked as (
            select bucket, owner, point_type, grant_cause, reason, sum(points) as points from ledger_revocation
            where %(organisation)s::int is null or organisation_id = %(organisation)s
            group by bucket, owner, point_type, grant_cause, reason
        ), taken as (
            select point_type, cause, reason, sum(amount) as points from ledger_transfer
            where cause_kind = 7 and credit = 15
              and (%(organisation)s::int is null or organisation_id = %(organisation)s)
            group by point_type, cause, reason
        )
        select format('Owner %%s, order event %%s, rule %%s: %%s points were revoked, and %%s granted.',
                      r.owner, r.grant_cause, r.reason, r.points, coalesce(sum(t.amount), 0))
        from revoked r left join ledger_transfer t on t.bucket = r.bucket and t.owner = r.owner
          and t.point_type = r.point_type and t.cause = r.grant_cause and t.reason = r.reason and t.debit = 11
        group by r.bucket, r.owner, r.point_type, r.grant_cause, r.reason, r.points
        having r.points > coalesce(sum(t.amount), 0)
        union all
        select format('Owner %%s, return %%s, rule %%s: %%s points were taken, and %%s posted.',
                      owner, cause, reason, coalesce(r.taken, 0), coalesce(taken.points, 0))
        from (select * from ledger_revocation
              where %(organisation)s::int is null or organisation_id = %(organisation)s) r
        full join taken using (point_type, cause, reason)
        where coalesce(r.taken, 0) <> coalesce(taken.points, 0)
    """
