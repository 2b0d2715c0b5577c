"""Holds budgets while a batch is worked, and writes what it took."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import psycopg

from regulars.domain.campaigns.contracts import Taken

Place = tuple[str, date]
"""The key of a budget, and the first day of its period."""

_OPEN = """
    insert into campaigns_budget (programme_id, key, period, organisation_id)
    select %s, k.key, k.period, %s from unnest(%s::text[], %s::date[]) k(key, period)
    on conflict do nothing
"""
_HOLD = """
    select b.key, b.period, b.taken from campaigns_budget b
    join unnest(%s::text[], %s::date[]) k(key, period) on b.key = k.key and b.period = k.period
    where b.programme_id = %s order by b.key, b.period for no key update of b
"""
_TAKE = """
    update campaigns_budget b
    set points = b.points + k.points, worth = b.worth + k.worth, taken = b.taken + k.taken,
        most = case when k.taken > 0 then greatest(b.most, k.most) else b.most end
    from unnest(%s::text[], %s::date[], %s::bigint[], %s::numeric[], %s::numeric[], %s::numeric[])
         k(key, period, points, worth, taken, most)
    where b.programme_id = %s and b.key = k.key and b.period = k.period
"""


def hold_budgets(
    conn: psycopg.Connection[Any], places: Collection[Place], *, organisation_id: int, programme_id: int
) -> dict[Place, Decimal]:
    """What was taken from each so far. Held until the transaction ends, so that nobody else takes the same.

    Always in the order of keys, and after the members were locked: two batches never wait for each other in a circle.
    """
    ordered = sorted(places)
    keys, periods = [key for key, _ in ordered], [period for _, period in ordered]
    conn.execute(_OPEN, (programme_id, organisation_id, keys, periods))
    return {(key, period): taken for key, period, taken in conn.execute(_HOLD, (keys, periods, programme_id))}


def take_from_budgets(
    conn: psycopg.Connection[Any], takings: Mapping[Place, Taken], *, organisation_id: int, programme_id: int
) -> None:
    """Takes from each budget, or gives back. The table refuses more than there is."""
    rows = [(place, each) for place, each in sorted(takings.items()) if each.points or each.taken]
    if rows:
        places = [place for place, _ in rows]
        hold_budgets(conn, places, organisation_id=organisation_id, programme_id=programme_id)
        conn.execute(
            _TAKE,
            (
                [key for key, _ in places],
                [period for _, period in places],
                [each.points for _, each in rows],
                [each.worth for _, each in rows],
                [each.taken for _, each in rows],
                [each.most for _, each in rows],
                programme_id,
            ),
        )
