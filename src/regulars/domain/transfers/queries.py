"""Reads of transfers between members."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.transfers.contracts import Arrival, Passage, Transfer, TransferState

_TRANSFER = """
    select t.id, t.programme_id, t.sender, t.receiver, t.point_type, t.points, t.fee, t.state, t.message, t.entry_id,
           t.fee_entry_id, t.cancel_until, t.created_at, t.by_whom, t.ended_at
    from transfers_transfer t
"""
# An id knows its bucket: what a member received is found by the ids of the transfers, wherever their senders are.
_OF_MEMBER = """
    select bucket, id from transfers_transfer where bucket = %(bucket)s and sender = %(member)s
    union
    select get_byte(uuid_send(transfer_id), 15)::smallint, transfer_id from transfers_arrival
    where bucket = %(bucket)s and receiver = %(member)s
"""
_PAGE_OF_MEMBER = f"""
    {_TRANSFER} join ({_OF_MEMBER}) mine using (bucket, id)
    where %(at)s::timestamptz is null or (t.created_at, t.id) < (%(at)s, %(id)s::uuid)
    order by t.created_at desc, t.id desc limit %(limit)s
"""
_PASSAGES = """
    select t.id, t.id, t.receiver, true, t.message, case when t.state = 1 then t.cancel_until end, t.fee
    from unnest(%(buckets)s::smallint[], %(ids)s::uuid[]) k(bucket, id)
    join transfers_transfer t on t.bucket = k.bucket and t.id = k.id
    union all
    select a.id, t.id, t.sender, false, t.message, case when t.state = 1 then t.cancel_until end, t.fee
    from unnest(%(buckets)s::smallint[], %(ids)s::uuid[]) k(bucket, id)
    join transfers_arrival a on a.bucket = k.bucket and a.id = k.id
    join transfers_transfer t on t.bucket = get_byte(uuid_send(a.transfer_id), 15) and t.id = a.transfer_id
"""


def transfer(conn: psycopg.Connection[Any], *, programme_id: int, transfer_id: UUID) -> Transfer | None:
    """One transfer, or None."""
    row = conn.execute(
        f"{_TRANSFER} where t.bucket = %s and t.id = %s and t.programme_id = %s",
        (transfer_id.int & 0xFF, transfer_id, programme_id),
    ).fetchone()
    return None if row is None else _transfer(row)


def transfers_of_member(
    conn: psycopg.Connection[Any], *, member_id: UUID, before: tuple[datetime, UUID] | None = None, limit: int = 50
) -> list[Transfer]:
    """What a member sent and received, the latest first. before: (created_at, id) of the last of the page before."""
    at, identifier = before or (None, None)
    values = {"bucket": member_id.int & 0xFF, "member": member_id, "at": at, "id": identifier, "limit": limit}
    return [_transfer(row) for row in conn.execute(_PAGE_OF_MEMBER, values)]


def arrivals_of(conn: psycopg.Connection[Any], *, transfer: Transfer) -> list[Arrival]:
    """The lots that arrived, in the order in which they were written."""
    rows = conn.execute(
        "select id, lot_id, points, last_day from transfers_arrival where bucket = %s and transfer_id = %s order by id",
        (transfer.receiver.int & 0xFF, transfer.id),
    )
    return [Arrival(*row) for row in rows]


def sent_on_day(conn: psycopg.Connection[Any], *, senders: Sequence[UUID], point_type: int, day: date) -> int:
    """Points that the member, and those who are part of it, sent on a local day; no fees, nor what was taken back."""
    row = conn.execute(
        "select coalesce(sum(points), 0)::bigint from transfers_transfer"
        " where bucket = any(%s::smallint[]) and sender = any(%s) and point_type = %s and sent_on = %s and state = 1",
        ([each.int & 0xFF for each in senders], list(senders), point_type, day),
    ).fetchone()
    return int(row[0]) if row else 0


def passages(conn: psycopg.Connection[Any], *, causes: Sequence[UUID]) -> dict[UUID, Passage]:
    """What the causes of entries belong to, those of the sender and those of the receiver."""
    if not causes:
        return {}
    values = {"buckets": [each.int & 0xFF for each in causes], "ids": list(causes)}
    return {row[0]: Passage(*row[1:]) for row in conn.execute(_PASSAGES, values)}


def _transfer(row: tuple[Any, ...]) -> Transfer:
    return Transfer(*(*row[:7], TransferState(row[7]), *row[8:]))
