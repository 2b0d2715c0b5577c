"""I9: a code counts exactly the uses and reservations that are on record, and is used up when it says so."""

from __future__ import annotations

from regulars.database.check import Check


class UsesAreCounted(Check):
    """A code that works once and is used has one use; one that a use lacks could be used a second time."""

    name = "voucher_uses_are_counted"
    title = "Every use of a code is counted"
    sentence = "Each code counts the uses and reservations on record, and is used up exactly when it has had its uses."
    invariant = "I9"
    offenders = """
        with counted as (
            select bucket, programme_id, code, count(*) filter (where state = 2) as used,
                   count(*) filter (where state = 1) as held
            from vouchers_use
            where %(organisation)s::int is null or organisation_id = %(organisation)s
            group by bucket, programme_id, code
        )
        select format('Code %%s in state %%s: counts %%s used and %%s reserved, on record are %%s and %%s.',
                      coalesce(c.code, u.code), c.state, c.uses, c.reserved, coalesce(u.used, 0), coalesce(u.held, 0))
        from (select * from vouchers_code
              where %(organisation)s::int is null or organisation_id = %(organisation)s) c
        full join counted u on u.bucket = c.bucket and u.programme_id = c.programme_id and u.code = c.code
        where c.uses is distinct from coalesce(u.used, 0) or c.reserved is distinct from coalesce(u.held, 0)
           or (c.state <> 3 and (c.state = 2) is distinct from coalesce(c.uses >= c.most_uses, false))
    """
