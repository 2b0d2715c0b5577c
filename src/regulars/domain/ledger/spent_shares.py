"""How much of what was earned in a month was spent, and after how long: for taking members to go on like that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import psycopg

_SHARES = """
    with spent as (
        select a.bucket, a.lot_id, sum(a.amount) as points,
               sum(a.amount * extract(epoch from t.posted_at - l.earned_at)) / 86400 as days
        from ledger_allocation a join ledger_transfer t on t.bucket = a.bucket and t.id = a.transfer_id
        join ledger_lot l on l.bucket = a.bucket and l.id = a.lot_id
        where l.point_type = any(%(types)s) and (t.credit in (2, 12) or t.debit in (2, 12))
          and t.posted_at <= %(until)s
        group by a.bucket, a.lot_id
    )
    select l.point_type, date_trunc('month', l.earned_at at time zone %(zone)s)::date, sum(l.amount)::bigint,
           coalesce(sum(s.points), 0)::bigint, coalesce(round(sum(s.days) / nullif(sum(s.points), 0)), 0)::int
    from ledger_transfer g join ledger_lot l on l.bucket = g.bucket and l.id = g.id
    left join spent s on s.bucket = l.bucket and s.lot_id = l.id
    where g.point_type = any(%(types)s) and g.debit = 11 and g.cause_kind = 1 and g.posted_at <= %(until)s
    group by 1, 2 order by 1, 2
"""


class SpentShare(NamedTuple):
    """Of points of a type that events gave in a month: how many there were, and how many were spent or are set aside.

    month: its first day. days: from earning to spending, the average over the points, whole.
    """

    point_type: int
    month: date
    earned: int
    spent: int
    days: int


def spent_shares(
    conn: psycopg.Connection[Any], *, point_types: Sequence[int], time_zone: str, until: datetime
) -> list[SpentShare]:
    """By point type and local month, of what was posted until then; what came back is not spent. Reads every entry."""
    values = {"types": list(point_types), "zone": time_zone, "until": until}
    return [SpentShare(*row) for row in conn.execute(_SHARES, values)]
