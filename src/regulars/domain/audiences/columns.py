"""Where memberships stand in this room's tables, for statements over all members (conditions_sql)."""

from __future__ import annotations

from regulars.domain.earning.conditions_sql import Column


def membership_column(audience_id: int) -> Column:
    """Whether members are in an audience."""
    table = f"audience_{audience_id}"
    return Column(
        f"({table}.member_id is not null)",
        f"left join audiences_membership {table} on {table}.bucket = m.bucket and {table}.member_id = m.id"
        f" and {table}.audience_id = {audience_id:d}",
    )
