"""Where tallies stand in this room's tables, for statements over all members (conditions_sql)."""

from __future__ import annotations

from datetime import date

from regulars.domain.earning.conditions_sql import Column

_PARTS_SUMS = (
    "select p.kept_id, sum(t.amount) as total from {parts} p"
    " join tallies_tally t on t.bucket = p.bucket and t.member_id = p.member_id"
)
_SUMS = "select bucket, member_id, sum(amount) as total from tallies_tally"


def tally_column(key: str, *, since: date, until: date, divided_by: int, number: int, parts: str) -> Column:
    """A tally summed over days, both within, and divided exactly. number: of the tally in the statement.

    parts: a table of those who are part of another member, (bucket, member_id, kept_id): what is remembered of them
    counts for that one.
    """
    table = f"tally_{number}"
    bounds = f"key = %({table}_key)s and day between %({table}_since)s and %({table}_until)s"
    summed = f"{_SUMS} where programme_id = %(programme)s and {bounds} group by bucket, member_id"
    of_parts = f"{_PARTS_SUMS.format(parts=parts)} where t.programme_id = %(programme)s and {bounds} group by p.kept_id"
    return Column(
        f"((coalesce({table}.total, 0) + coalesce({table}_parts.total, 0)) / {divided_by:d}::numeric)",
        f"left join ({summed}) {table} on {table}.bucket = m.bucket and {table}.member_id = m.id"
        f" left join ({of_parts}) {table}_parts on {table}_parts.kept_id = m.id",
        {f"{table}_key": key, f"{table}_since": since, f"{table}_until": until},
    )
