"""Where the facts about members stand in this room's tables, for statements over all members (conditions_sql)."""

from __future__ import annotations

from datetime import datetime

from regulars.domain.earning.conditions_sql import Column
from regulars.domain.members.contracts import MemberStatus

MEMBERS = "members_member m"
"""What a statement over members reads from; other columns join to its `m`."""
STAYING = f"m.programme_id = %(programme)s and m.status in ({MemberStatus.active:d}, {MemberStatus.blocked:d})"
"""The members of a programme who have not left. %(programme)s: its number."""


def member_columns(*, now: datetime, time_zone: str) -> dict[str, Column]:
    """The columns of this room by the names of their facts. Days are those of the programme's zone."""
    at, zone = {"now": now}, {"time_zone": time_zone}
    return {
        "member.days": Column("floor(extract(epoch from %(now)s::timestamptz - m.enrolled_at) / 86400)", "", at),
        "member.joined": Column("(m.enrolled_at at time zone %(time_zone)s)::date", "", zone),
        "member.status": Column(
            f"case m.status when {MemberStatus.active:d} then 'active' when {MemberStatus.blocked:d} then 'blocked' end"
        ),
    }
