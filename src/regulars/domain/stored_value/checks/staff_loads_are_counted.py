"""I9: what counts for an operator's day is what the operator loaded on it."""

from __future__ import annotations

from regulars.database.check import Check


class StaffLoadsAreCounted(Check):
    """Ann loaded 70.00 today, and 40.00 is counted: she could load 30.00 more than the rulebook lets her."""

    name = "staff_loads_are_counted"
    title = "The day's limit counts what staff loaded"
    sentence = "For each operator and day, what is counted for the limit is what the operator loaded."
    invariant = "I9"
    offenders = """
        select format('Programme %%s, %%s on %%s: loaded %%s, counted %%s.', s.programme_id, s.by_whom, s.day,
                      coalesce(sum(a.amount), 0), s.amount)
        from stored_value_staff_day s left join stored_value_act a
          on a.programme_id = s.programme_id and a.by_whom = s.by_whom and a.day = s.day and a.kind = 1
        where %(organisation)s::int is null or s.organisation_id = %(organisation)s
        group by s.programme_id, s.by_whom, s.day, s.amount having coalesce(sum(a.amount), 0) <> s.amount
    """
