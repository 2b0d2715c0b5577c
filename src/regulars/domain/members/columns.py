"""Where the facts about members stand in this room's tables, for statements over all members (conditions_sql)."""

from __future__ import annotations

from datetime import datetime

from regulars.domain.earning.conditions_sql import Column
from regulars.domain.members.contracts import MemberStatus
from regulars.kernel.clock import local_day

MEMBERS = "members_member m"
"""What a statement over members reads from; other columns join to its `m`."""
STAYING = f"m.programme_id = %(programme)s and m.status in ({MemberStatus.active:d}, {MemberStatus.blocked:d})"
"""The members of a programme who have not left. %(programme)s: its number."""


_PERSON = "left join members_person p on p.bucket = m.bucket and p.member_id = m.id"
_YEARS = "(extract(year from %(today)s::date) - extract(year from p.birth_date))::integer"
# Who was born on 29 February is a year older on 28 February of a common year: adding years does just that.
_AGE = (
    f"case when %(today)s::date >= p.birth_date then {_YEARS}"
    f" - (%(today)s::date < p.birth_date + make_interval(years => {_YEARS}))::integer end"
)


def member_columns(*, now: datetime, time_zone: str) -> dict[str, Column]:
    """The columns of this room by the names of their facts. Days are those of the programme's zone."""
    today = {"today": local_day(now, time_zone)}
    return {
        "member.days": Column(
            "floor(extract(epoch from %(now)s::timestamptz - m.enrolled_at) / 86400)", "", {"now": now}
        ),
        "member.joined": Column("(m.enrolled_at at time zone %(time_zone)s)::date", "", {"time_zone": time_zone}),
        "member.status": Column(
            f"case m.status when {MemberStatus.active:d} then 'active' when {MemberStatus.blocked:d} then 'blocked' end"
        ),
        "member.channel": Column("m.enrolled_via"),
        "member.language": Column("p.language", _PERSON),
        "member.age": Column(_AGE, _PERSON, today),
        "member.birth_month": Column("extract(month from p.birth_date)", _PERSON),
    }


def field_column(field: str, *, number: int) -> Column:
    """A field of members that the rulebook declares. number: of the field in the statement."""
    return Column(f"(p.attributes -> %(field_{number})s::text)", _PERSON, {f"field_{number}": field}, is_json=True)


def consent_column(consent: str, *, number: int) -> Column:
    """Whether members have given a consent. number: of the consent in the statement."""
    table = f"consent_{number}"
    return Column(
        f"({table}.member_id is not null)",
        f"left join members_consent {table} on {table}.bucket = m.bucket and {table}.member_id = m.id"
        f" and {table}.consent = %({table})s and {table}.given",
        {table: consent},
    )
