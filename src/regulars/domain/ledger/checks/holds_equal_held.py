"""I4: what is held is the sum of the open holds."""

from __future__ import annotations

from regulars.database.check import Check


class HoldsEqualHeld(Check):
    """500 held and one open hold of 300: 200 points are out of reach, and nothing will ever release them.

    Also found: a hold without the transfer that set its points aside, and a closed hold without its time.
    """

    name = "holds_equal_held"
    title = "Held points belong to open holds"
    sentence = "What a member has on hold is the sum of the open holds, and each hold has its transfer."
    invariant = "I4"
    offenders = """
        with held as (
            select bucket, owner, point_type, sum(amount) as points from ledger_hold
            where state = 1 and (%(organisation)s::int is null or organisation_id = %(organisation)s)
            group by bucket, owner, point_type
        ), kept as (
            select bucket, owner, point_type, held from ledger_balance
            where %(organisation)s::int is null or organisation_id = %(organisation)s
        )
        select format('Owner %%s, point type %%s: %%s held, and the open holds are %%s.',
                      owner, point_type, coalesce(kept.held, 0), coalesce(points, 0))
        from held full join kept using (bucket, owner, point_type)
        where coalesce(points, 0) <> coalesce(kept.held, 0)
        union all
        select format('Hold %%s of owner %%s: state %%s, amount %%s, settled %%s, its transfer moved %%s.',
                      h.id, h.owner, h.state, h.amount, h.settled, coalesce(t.amount, 0))
        from ledger_hold h left join ledger_transfer t on t.bucket = h.bucket and t.id = h.transfer_id
        where (%(organisation)s::int is null or h.organisation_id = %(organisation)s)
          and ((t.amount, t.owner, t.point_type, t.debit, t.credit)
                 is distinct from (h.amount, h.owner, h.point_type, 1::smallint, 2::smallint)
               or h.state not in (1, 2, 3, 4) or (h.state = 1) <> (h.closed_at is null)
               or (h.state in (2, 4)) <> (h.settled > 0))
    """
