"""Where tallies stand in this room's tables, for statements over all members (conditions_sql)."""

from __future__ import annotations

from datetime import date

from regulars.domain.earning.conditions_sql import Column

_SUMS = "select bucket, member_id, sum(amount) as total from tallies_tally"


def tally_column(key: str, *, since: date, until: date, divided_by: int, number: int) -> Column:
    """A tally summed over days, both within, and divided exactly. number: of the tally in the statement."""
    table = f"tally_{number}"
    bounds = f"key = %({table}_key)s and day between %({table}_since)s and %({table}_until)s"
    summed = f"{_SUMS} where programme_id = %(programme)s and {bounds} group by bucket, member_id"
    return Column(
        f"(coalesce({table}.total, 0) / {divided_by:d}::numeric)",
        f"left join ({summed}) {table} on {table}.bucket = m.bucket and {table}.member_id = m.id",
        {f"{table}_key": key, f"{table}_since": since, f"{table}_until": until},
    )
