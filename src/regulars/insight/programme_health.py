"""How a programme is doing: the figures of the console's first page, from the books themselves.

Programme-side accounts have no balance row, so points issued, redeemed and expired are sums over transfers. What was
set aside for a redemption counts as redeemed when the redemption is granted, and no longer when it is reversed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg


@dataclass(frozen=True, slots=True)
class Totals:
    """The programme as it stands. outstanding: points that members can spend or have set aside.

    spent_minor: all orders ever, in minor units of the programme's currency.
    """

    members: int
    orders: int
    spent_minor: int
    issued: int
    redeemed: int
    expired: int
    outstanding: int
    latest: datetime | None

    @property
    def redemption_rate(self) -> float | None:
        """Redeemed points as a share of issued ones; None before anything was issued."""
        return self.redeemed / self.issued if self.issued > 0 else None


@dataclass(frozen=True, slots=True)
class Month:
    """One local calendar month; `first` is its first day. adjusted: given minus taken by operators."""

    first: date
    issued: int
    redeemed: int
    expired: int
    adjusted: int


@dataclass(frozen=True, slots=True)
class SoonExpiring:
    """Points whose last day lies in a span of days, and how many members hold them."""

    points: int
    members: int


def totals(conn: psycopg.Connection[Any], *, programme_id: int, point_type: int) -> Totals:
    """The programme in figures. point_type: the ledger's id of the points that members spend."""
    people = conn.execute(
        "select count(*) from members_member where programme_id = %s and status not in (3, 4)", [programme_id]
    ).fetchone()
    orders = conn.execute(
        "select coalesce(sum(orders), 0)::bigint, coalesce(sum(spent_minor), 0)::bigint from events_history h"
        " join members_member m on m.bucket = h.bucket and m.id = h.member_id"
        " where h.programme_id = %s and m.status <> 4",  # whose past counts with the member they are part of
        [programme_id],
    ).fetchone()
    points = conn.execute(
        "select coalesce(sum(case when debit = 11 then amount when credit = 11 then -amount end), 0)::bigint,"
        " coalesce(sum(case when credit = 12 then amount when debit = 12 then -amount end), 0)::bigint,"
        " coalesce(sum(case when credit = 13 then amount when debit = 13 then -amount end), 0)::bigint,"
        " max(occurred_at) from ledger_transfer where point_type = %s",
        [point_type],
    ).fetchone()
    held = conn.execute(
        "select coalesce(sum(available + held), 0)::bigint from ledger_balance where point_type = %s", [point_type]
    ).fetchone()
    if people is None or orders is None or points is None or held is None:
        raise RuntimeError("a sum without grouping has one row")
    return Totals(people[0], orders[0], orders[1], points[0], points[1], points[2], held[0], points[3])


def by_month(
    conn: psycopg.Connection[Any], *, point_type: int, time_zone: str, since: datetime, until: datetime
) -> list[Month]:
    """Local calendar months from `since` (the first instant of one) to `until`, also those in which nothing moved."""
    rows = conn.execute(
        "with months as (select generate_series(date_trunc('month', %(since)s::timestamptz at time zone %(zone)s),"
        " %(until)s::timestamptz at time zone %(zone)s, '1 month') as first),"
        " moved as (select date_trunc('month', occurred_at at time zone %(zone)s) as first,"
        " sum(case when debit = 11 then amount when credit = 11 then -amount else 0 end) as issued,"
        " sum(case when credit = 12 then amount when debit = 12 then -amount else 0 end) as redeemed,"
        " sum(case when credit = 13 then amount when debit = 13 then -amount else 0 end) as expired,"
        " sum(case when debit = 14 then amount when credit = 14 then -amount else 0 end) as adjusted"
        " from ledger_transfer where point_type = %(points)s"
        " and occurred_at >= %(since)s and occurred_at < %(until)s group by 1)"
        " select first::date, coalesce(issued, 0)::bigint, coalesce(redeemed, 0)::bigint,"
        " coalesce(expired, 0)::bigint, coalesce(adjusted, 0)::bigint"
        " from months left join moved using (first) order by first",
        {"since": since, "until": until, "zone": time_zone, "points": point_type},
    )
    return [Month(*row) for row in rows]


def members_by_tier(conn: psycopg.Connection[Any], *, programme_id: int, ladder: str) -> dict[str, int]:
    """How many members stand on each tier of a ladder; members without a standing are not in it."""
    rows = conn.execute(
        "select s.tier, count(*) from tiers_standing s"
        " join members_member m on m.bucket = s.bucket and m.id = s.member_id"
        " where s.programme_id = %s and s.ladder = %s and m.status not in (3, 4) group by s.tier",
        (programme_id, ladder),
    )
    return {row[0]: row[1] for row in rows}


def expiring_between(conn: psycopg.Connection[Any], *, point_type: int, first: date, last: date) -> SoonExpiring:
    """Points whose last day is from `first` to `last`, both included."""
    row = conn.execute(
        "select coalesce(sum(remaining), 0)::bigint, count(distinct owner) from ledger_lot"
        " where point_type = %s and remaining > 0 and last_day between %s and %s",
        (point_type, first, last),
    ).fetchone()
    return SoonExpiring(*row) if row else SoonExpiring(0, 0)
