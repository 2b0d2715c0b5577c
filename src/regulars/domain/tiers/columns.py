"""Where standings stand in this room's tables, for statements over all members (conditions_sql)."""

from __future__ import annotations

from regulars.domain.earning.conditions_sql import Column


def tier_column(ladder: str, *, lowest: str, number: int) -> Column:
    """The tier held on a ladder. lowest: of those it does not know yet. number: of the ladder in the statement."""
    table, parameter = f"tier_{number}", f"ladder_{number}"
    return Column(
        f"coalesce({table}.tier, %({parameter}_lowest)s)",
        f"left join tiers_standing {table} on {table}.bucket = m.bucket and {table}.member_id = m.id"
        f" and {table}.ladder = %({parameter})s",
        {parameter: ladder, f"{parameter}_lowest": lowest},
    )
