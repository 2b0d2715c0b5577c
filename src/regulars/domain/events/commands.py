"""Writes events, claims and histories, set-based."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.database.binary import (
    BigIntArray,
    IntArray,
    RowPacker,
    SmallIntArray,
    TimestampArray,
    UuidArray,
    micros,
)
from regulars.domain.events.contracts import AwaitingReturn, Claim, History, NewEvent, NewReturn, OnceKey

_EVENTS = RowPacker(
    "events_event",
    {
        "bucket": "int2", "id": "uuid", "organisation_id": "int4", "programme_id": "int4", "member_id": "uuid",
        "rulebook_id": "int4", "amount_minor": "int8", "occurred_at": "timestamptz", "received_at": "timestamptz",
    },
    ["type", "source", "external_id", "order_number", "body", "answer", "state"],
)  # fmt: skip
_RETURNS = RowPacker(
    "events_return",
    {
        "bucket": "int2", "id": "uuid", "organisation_id": "int4", "programme_id": "int4", "member_id": "uuid",
        "order_id": "uuid", "ordered_at": "timestamptz", "amount_minor": "int8", "whole": "bool",
    },
)  # fmt: skip
_CLAIMS = RowPacker(
    "events_claim",
    {"bucket": "int2", "organisation_id": "int4", "key": "uuid", "event_id": "uuid", "digest": "uuid"},
)

_WRITE_HISTORIES = """
    insert into events_history as h
        (bucket, member_id, organisation_id, programme_id, events, orders, spent_minor, first_order_at, last_order_at)
    select k.bucket, k.member_id, %b::int, %b::int, k.events, k.orders, k.spent,
           nullif(k.first_order_at, '-infinity'), nullif(k.last_order_at, '-infinity')
    from unnest(%b::smallint[], %b::uuid[], %b::int[], %b::int[], %b::bigint[], %b::timestamptz[], %b::timestamptz[])
      k(bucket, member_id, events, orders, spent, first_order_at, last_order_at)
    on conflict (bucket, member_id) do update
    set events = excluded.events, orders = excluded.orders, spent_minor = excluded.spent_minor,
        first_order_at = excluded.first_order_at, last_order_at = excluded.last_order_at
"""
_NOT_YET = -(2**63)
"""PostgreSQL's '-infinity': stands for null in an array of timestamps."""


def record_events(
    conn: psycopg.Connection[Any],
    events: Sequence[NewEvent],
    claims: Sequence[Claim],
    *,
    organisation_id: int,
    programme_id: int,
    now: datetime,
) -> None:
    """Appends events with their answers, and claims their ids.

    Raises psycopg's UniqueViolation when a parallel batch claimed one of the keys first: roll back and begin again.
    """
    # In key order, so that two batches that share keys wait for one another instead of dead-locking.
    _CLAIMS.insert(
        conn,
        [
            _CLAIMS.row((claim.bucket, organisation_id, claim.key, claim.event_id, claim.digest))
            for claim in sorted(claims)
        ],
    )
    received = micros(now)
    _EVENTS.insert(
        conn,
        [
            _EVENTS.row(
                (
                    e.id[15], e.id, organisation_id, programme_id, e.member_id, e.rulebook_id, e.amount_minor,
                    micros(e.occurred_at), received,
                ),
                (e.type, e.source, e.external_id, e.order_number, e.body, e.answer, e.state),
            )
            for e in events
        ],
    )  # fmt: skip


def record_returns(
    conn: psycopg.Connection[Any], returns: Sequence[NewReturn], *, organisation_id: int, programme_id: int
) -> None:
    """Appends what came back of which orders."""
    _RETURNS.insert(
        conn,
        [
            _RETURNS.row(
                (
                    each.id[15], each.id, organisation_id, programme_id, each.member_id, each.order_id,
                    micros(each.ordered_at), each.amount_minor, each.whole,
                )
            )
            for each in returns
        ],
    )  # fmt: skip


def await_orders(
    conn: psycopg.Connection[Any], returns: Sequence[AwaitingReturn], *, organisation_id: int, programme_id: int
) -> None:
    """Remembers returns whose orders are not known yet."""
    conn.execute(
        "insert into events_awaiting (bucket, return_id, organisation_id, programme_id, member_id, order_key)"
        " select k.bucket, k.return_id, %s, %s, k.member_id, k.order_key"
        " from unnest(%s::smallint[], %s::uuid[], %s::uuid[], %s::uuid[]) k(bucket, return_id, member_id, order_key)",
        (
            organisation_id,
            programme_id,
            [each.return_id[15] for each in returns],
            UuidArray([each.return_id for each in returns]),
            UuidArray([each.member_id for each in returns]),
            UuidArray([each.order_key for each in returns]),
        ),
    )


def stop_awaiting(conn: psycopg.Connection[Any], return_id: bytes, *, refusal: str, now: datetime) -> None:
    """The return was applied to its order, or refused: the reason, "" when it was applied."""
    conn.execute(
        "update events_awaiting set ended_at = %s, refusal = %s where bucket = %s and return_id = %s",
        (now, refusal, return_id[15], UUID(bytes=return_id)),
    )


_known_sources: set[tuple[str, int, str]] = set()
_MOST_KNOWN = 10_000


def remember_sources(conn: psycopg.Connection[Any], sources: set[str], *, programme_id: int) -> None:
    """Remembers which systems send events. Costs nothing once they are known; call it last before the commit."""
    database = conn.info.dbname
    new = sorted(source for source in sources if (database, programme_id, source) not in _known_sources)
    if not new:
        return
    inserted = conn.execute(
        "insert into events_source (programme_id, source) select %s, s from unnest(%s::text[]) s"
        " on conflict do nothing returning source",
        (programme_id, new),
    ).fetchall()
    if len(_known_sources) > _MOST_KNOWN:
        _known_sources.clear()
    # What this transaction inserted may yet be rolled back: it counts as known when a later batch finds it there.
    _known_sources.update((database, programme_id, source) for source in set(new) - {row[0] for row in inserted})


def write_histories(
    conn: psycopg.Connection[Any], histories: Mapping[bytes, History], *, organisation_id: int, programme_id: int
) -> None:
    """Writes histories as they are now. The members must be locked by this transaction."""
    members = sorted(histories, key=lambda member: (member[15], member))
    rows = [histories[member] for member in members]
    conn.execute(
        _WRITE_HISTORIES,
        (
            organisation_id,
            programme_id,
            SmallIntArray([member[15] for member in members]),
            UuidArray(members),
            IntArray([row.events for row in rows]),
            IntArray([row.orders for row in rows]),
            BigIntArray([row.spent_minor for row in rows]),
            TimestampArray([_NOT_YET if row.first_order_at is None else micros(row.first_order_at) for row in rows]),
            TimestampArray([_NOT_YET if row.last_order_at is None else micros(row.last_order_at) for row in rows]),
        ),
    )


def remember_occasion(
    conn: psycopg.Connection[Any], *, programme_id: int, organisation_id: int, occasion: str, through: date
) -> None:
    """All events of the occasion are sent up to that local day. It never goes back."""
    conn.execute(
        "insert into events_occasion as o (programme_id, occasion, organisation_id, through) values (%s, %s, %s, %s)"
        " on conflict (programme_id, occasion) do update set through = greatest(o.through, excluded.through)",
        (programme_id, occasion, organisation_id, through),
    )


def record_once(
    conn: psycopg.Connection[Any], firsts: Mapping[OnceKey, bytes], *, organisation_id: int, programme_id: int
) -> None:
    """What now counts no second time, with the ids of the events. The members must be locked by this transaction."""
    members = [member for member, _, _ in firsts]
    conn.execute(
        "insert into events_once (bucket, member_id, type, subject, organisation_id, programme_id, event_id)"
        " select k.bucket, k.member_id, k.type, k.subject, %s, %s, k.event_id"
        " from unnest(%s::smallint[], %s::uuid[], %s::text[], %s::text[], %s::uuid[])"
        " k(bucket, member_id, type, subject, event_id)",
        (
            organisation_id,
            programme_id,
            SmallIntArray([member[15] for member in members]),
            UuidArray(members),
            [event_type for _, event_type, _ in firsts],
            [subject for _, _, subject in firsts],
            UuidArray(list(firsts.values())),
        ),
    )
