"""I5: one payment loads once, one receipt is paid once."""

from __future__ import annotations

from regulars.database.check import Check


class ReferencesAreClaimed(Check):
    """Payment P-1 loaded 50.00, and was claimed by nothing: sent again, it would load another 50.00."""

    name = "references_are_claimed"
    title = "Every payment counts once"
    sentence = "Each load, award, spending and refund has claimed its reference, and no reference moved money twice."
    invariant = "I5"
    offenders = """
        select format('Act %%s of owner %%s: %%s claims its reference %%s.', a.id, a.owner, count(r.key), a.reference)
        from stored_value_act a left join stored_value_reference r on r.act_id = a.id
        where a.kind in (1, 2, 3, 4, 9) and (%(organisation)s::int is null or a.organisation_id = %(organisation)s)
        group by a.bucket, a.id, a.owner, a.reference having count(r.key) <> 1
        union all
        select format('Reference %%s leads to the act %%s, which does not exist.', r.key, r.act_id)
        from stored_value_reference r
        where (%(organisation)s::int is null or r.organisation_id = %(organisation)s)
          and not exists (select from stored_value_act a
                          where a.bucket = get_byte(uuid_send(r.act_id), 15) and a.id = r.act_id)
    """
