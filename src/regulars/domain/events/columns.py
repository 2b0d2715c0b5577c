"""Where a member's past stands in this room's tables, for statements over all members (conditions_sql)."""

from __future__ import annotations

from datetime import datetime

from regulars.domain.earning.conditions_sql import Column

_HISTORY = "left join events_history h on h.bucket = m.bucket and h.member_id = m.id"


def history_columns(*, now: datetime) -> dict[str, Column]:
    """The columns of this room by the names of their facts. Who never bought has no last order."""
    return {
        "member.orders": Column("coalesce(h.orders, 0)", _HISTORY),
        "member.spent": Column("coalesce(h.spent_minor, 0)", _HISTORY),
        "member.days_since_order": Column(
            "floor(extract(epoch from %(now)s::timestamptz - h.last_order_at) / 86400)", _HISTORY, {"now": now}
        ),
    }
