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


LISTED = (
    "join audiences_import_member listed on listed.bucket = m.bucket and listed.member_id = m.id"
    " and listed.import_id = %(import)s"
)
"""Whom a file names that is not decided yet. %(import)s: the import."""
MOVED = (
    "join audiences_change moved on moved.bucket = m.bucket and moved.member_id = m.id"
    " and moved.audience_id = %(audience)s and moved.run_id = %(undoes)s"
)
"""Whom a run of an audience moved. %(audience)s, %(undoes)s: both."""
