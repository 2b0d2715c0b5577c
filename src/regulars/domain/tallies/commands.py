"""Adds to tallies, set-based."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import psycopg

from regulars.database.binary import BigIntArray, DateArray, SmallIntArray, TextArray, UuidArray, days
from regulars.domain.tallies.contracts import Added

_ADD = """
    insert into tallies_tally as t (bucket, member_id, key, day, organisation_id, programme_id, amount)
    select k.bucket, k.member_id, k.key, k.day, %b::int, %b::int, k.amount
    from unnest(%b::smallint[], %b::uuid[], %b::text[], %b::date[], %b::bigint[])
         k(bucket, member_id, key, day, amount)
    on conflict (bucket, member_id, key, day) do update set amount = t.amount + excluded.amount
"""
_CLEAR = """
    delete from tallies_tally t using unnest(%b::smallint[], %b::uuid[]) k(bucket, member_id)
    where t.bucket = k.bucket and t.member_id = k.member_id and t.amount = 0
"""


def add_to_tallies(
    conn: psycopg.Connection[Any], added: Sequence[Added], *, organisation_id: int, programme_id: int
) -> None:
    """Adds each amount to its row; a row that comes to nothing is gone. The members must be locked."""
    sums: dict[tuple[bytes, str, date], int] = {}
    for member_id, key, day, amount in added:
        sums[member_id, key, day] = sums.get((member_id, key, day), 0) + amount
    changed = sorted((place for place, amount in sums.items() if amount), key=lambda place: (place[0][15], place))
    if not changed:
        return
    conn.execute(
        _ADD,
        (
            organisation_id,
            programme_id,
            SmallIntArray([member[15] for member, _, _ in changed]),
            UuidArray([member for member, _, _ in changed]),
            TextArray([key.encode() for _, key, _ in changed]),
            DateArray([days(day) for _, _, day in changed]),
            BigIntArray([sums[place] for place in changed]),
        ),
    )
    less = sorted({place[0] for place in changed if sums[place] < 0})
    if less:
        conn.execute(_CLEAR, (SmallIntArray([member[15] for member in less]), UuidArray(less)))
