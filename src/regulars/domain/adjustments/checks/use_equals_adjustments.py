"""I9: what counts for an operator's day is what the operator gave and took on it, no more and no less."""

from __future__ import annotations

from regulars.database.check import Check


class UseEqualsAdjustments(Check):
    """Gave 100, took 50, gave 30 and undid it at once: the day has used 150. With 100 there, 50 too many could go out.

    What was reversed later still counts: the limit is about what one person moves in a day.
    """

    name = "use_equals_adjustments"
    title = "The day's limit counts what was moved"
    sentence = "For each operator and day, what is counted for the limit is what the operator gave and took."
    invariant = "I9"
    offenders = """
        with moved as (
            select programme_id, by_whom, day, point_type, sum(abs(points)) as points from adjustments_adjustment
            where state in (2, 4) and (%(organisation)s::int is null or organisation_id = %(organisation)s)
            group by programme_id, by_whom, day, point_type
        ), counted as (
            select programme_id, by_whom, day, point_type, points from adjustments_use
            where %(organisation)s::int is null or organisation_id = %(organisation)s
        )
        select format('Programme %%s, %%s on %%s, point type %%s: moved %%s, counted %%s.',
                      programme_id, by_whom, day, point_type, coalesce(m.points, 0), coalesce(c.points, 0))
        from moved m full join counted c using (programme_id, by_whom, day, point_type)
        where coalesce(m.points, 0) <> coalesce(c.points, 0)
    """
