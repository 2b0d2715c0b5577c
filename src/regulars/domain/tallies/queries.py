"""Reads of tallies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import psycopg

from regulars.database.binary import DateArray, SmallIntArray, TextArray, UuidArray, days
from regulars.domain.tallies.contracts import Wanted

Tallies = dict[str, dict[date, int]]
"""key -> first day of a period -> amount."""

_WANTED = """
    select uuid_send(t.member_id), t.key, t.day, t.amount
    from tallies_tally t
    join unnest(%b::smallint[], %b::uuid[], %b::text[], %b::date[]) k(bucket, member_id, key, since)
      on t.bucket = k.bucket and t.member_id = k.member_id and t.key = k.key and t.day >= k.since
"""


def tallies_of(conn: psycopg.Connection[Any], wanted: Sequence[Wanted]) -> dict[bytes, Tallies]:
    """Tallies by member, for adding to them. The members must be locked by this transaction."""
    parameters = (
        SmallIntArray([each.member_id[15] for each in wanted]),
        UuidArray([each.member_id for each in wanted]),
        TextArray([each.key.encode() for each in wanted]),
        DateArray([days(each.since) for each in wanted]),
    )
    found: dict[bytes, Tallies] = {}
    for member, key, day, amount in conn.execute(_WANTED, parameters, binary=True):
        found.setdefault(member, {}).setdefault(key, {})[day] = amount
    return found


def tallies(conn: psycopg.Connection[Any], *, member_ids: Sequence[UUID]) -> Tallies:
    """All that is remembered of a member and of those who are part of it, for display."""
    rows = conn.execute(
        "select key, day, sum(amount)::bigint from tallies_tally"
        " where bucket = any(%s::smallint[]) and member_id = any(%s) group by key, day having sum(amount) <> 0"
        " order by key, day",
        ([each.int & 0xFF for each in member_ids], list(member_ids)),
    )
    found: Tallies = {}
    for key, day, amount in rows:
        found.setdefault(key, {})[day] = amount
    return found
