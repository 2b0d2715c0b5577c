"""Reads of the books."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.database.binary import SmallIntArray, TimestampArray, UuidArray, micros
from regulars.domain.ledger.contracts import (
    Account,
    Allocation,
    Balance,
    CauseKind,
    Expiring,
    Hold,
    HoldState,
    LedgerEntry,
    OpenLot,
)

_ISSUED_BETWEEN = """
    select uuid_send(t.owner), t.occurred_at, t.amount
    from unnest(%b::smallint[], %b::uuid[], %b::timestamptz[], %b::timestamptz[]) k(bucket, owner, since, until)
    join ledger_transfer t on t.bucket = k.bucket and t.owner = k.owner and t.point_type = %b::int
      and t.occurred_at >= k.since and t.occurred_at < k.until
    where t.debit = 11
"""
_ENTRIES = """
    select id, point_type, entry_no,
           case when credit = 1 then amount when debit = 1 then -amount else 0 end,
           balance_after, debit, credit, cause_kind, cause, reason, occurred_at, posted_at, owner
    from ledger_transfer
"""


def issued_between(
    conn: psycopg.Connection[Any], spans: Sequence[tuple[bytes, datetime, datetime]], *, point_type: int
) -> list[tuple[bytes, datetime, int]]:
    """Points issued in half-open spans of time: (owner, occurred_at, points). spans: (owner, since, until)."""
    arrays = (
        SmallIntArray([owner[15] for owner, _, _ in spans]),
        UuidArray([owner for owner, _, _ in spans]),
        TimestampArray([micros(since) for _, since, _ in spans]),
        TimestampArray([micros(until) for _, _, until in spans]),
    )
    return conn.execute(_ISSUED_BETWEEN, (*arrays, point_type), binary=True).fetchall()


def balances(conn: psycopg.Connection[Any], *, owners: Sequence[UUID]) -> dict[tuple[UUID, int], Balance]:
    """Balances by (owner, point type); an owner without one has nothing."""
    rows = conn.execute(
        "select owner, point_type, available, held, entry_no, may_overdraw from ledger_balance"
        " where bucket = any(%s::smallint[]) and owner = any(%s)",
        ([owner.int & 0xFF for owner in owners], list(owners)),
    )
    return {(row[0], row[1]): Balance(*row[2:]) for row in rows}


def entries(
    conn: psycopg.Connection[Any], *, owner: UUID, point_type: int, before: int | None = None, limit: int = 50
) -> list[LedgerEntry]:
    """An owner's statement, the latest first. before: entry_no of the last one of the page before."""
    rows = conn.execute(
        f"{_ENTRIES} where bucket = %s and owner = %s and point_type = %s and (%s::int is null or entry_no < %s)"
        " order by entry_no desc limit %s",
        (owner.int & 0xFF, owner, point_type, before, before, limit),
    )
    return [_entry(row) for row in rows]


def entry(conn: psycopg.Connection[Any], *, transfer_id: UUID) -> tuple[UUID, LedgerEntry] | None:
    """One transfer with its owner, or None."""
    row = conn.execute(f"{_ENTRIES} where bucket = %s and id = %s", (transfer_id.int & 0xFF, transfer_id)).fetchone()
    return None if row is None else (row[12], _entry(row))


def entries_of_cause(conn: psycopg.Connection[Any], *, owner: UUID, cause: UUID) -> list[LedgerEntry]:
    """Every entry of an owner that one event, redemption or adjustment made."""
    rows = conn.execute(
        f"{_ENTRIES} where bucket = %s and owner = %s and cause = %s order by entry_no",
        (owner.int & 0xFF, owner, cause),
    )
    return [_entry(row) for row in rows]


def expiring(conn: psycopg.Connection[Any], *, owner: UUID, point_type: int) -> list[Expiring]:
    """What expires when, the earliest first; points that never expire are not in it."""
    rows = conn.execute(
        "select last_day, sum(remaining)::bigint from ledger_lot"
        " where bucket = %s and owner = %s and point_type = %s and remaining > 0 and last_day is not null"
        " group by last_day order by last_day",
        (owner.int & 0xFF, owner, point_type),
    )
    return [Expiring(*row) for row in rows]


def allocations_of(conn: psycopg.Connection[Any], *, transfer_id: bytes) -> list[Allocation]:
    """Which lots paid for a transfer, in the order of use."""
    rows = conn.execute(
        "select uuid_send(a.transfer_id), uuid_send(a.lot_id), a.amount from ledger_allocation a"
        " join ledger_lot l on l.bucket = a.bucket and l.id = a.lot_id"
        " where a.bucket = %s and a.transfer_id = %s::uuid"
        " order by l.last_day nulls last, l.earned_at, l.id",
        (transfer_id[15], transfer_id.hex()),
    )
    return [Allocation(*row) for row in rows]


def expired_of_lot(conn: psycopg.Connection[Any], *, lot_id: bytes) -> int:
    """How many points of a lot ran out before anybody spent them."""
    row = conn.execute(
        "select coalesce(sum(a.amount), 0)::bigint from ledger_allocation a"
        " join ledger_transfer t on t.bucket = a.bucket and t.id = a.transfer_id"
        " where a.bucket = %s and a.lot_id = %s::uuid and t.credit = 13",
        (lot_id[15], lot_id.hex()),
    ).fetchone()
    return int(row[0]) if row else 0


def lots_by_id(conn: psycopg.Connection[Any], *, ids: Sequence[bytes]) -> dict[bytes, OpenLot]:
    """Lots as they stand, used up or not."""
    rows = conn.execute(
        "select uuid_send(l.id), l.amount, l.remaining, l.earned_at, l.last_day from ledger_lot l"
        " join unnest(%b::smallint[], %b::uuid[]) k(bucket, id) on l.bucket = k.bucket and l.id = k.id",
        (SmallIntArray([identifier[15] for identifier in ids]), UuidArray(ids)),
    )
    return {row[0]: OpenLot(*row) for row in rows}


def hold(conn: psycopg.Connection[Any], *, hold_id: UUID) -> Hold | None:
    """One hold, or None."""
    row = conn.execute(
        "select id, owner, point_type, amount, state, transfer_id, expires_at from ledger_hold"
        " where bucket = %s and id = %s",
        (hold_id.int & 0xFF, hold_id),
    ).fetchone()
    return None if row is None else Hold(*(*row[:4], HoldState(row[4]), *row[5:]))


def holds_past(conn: psycopg.Connection[Any], *, point_types: Sequence[int], now: datetime, limit: int) -> list[Hold]:
    """Open holds of the point types whose time is over, the oldest first."""
    rows = conn.execute(
        "select id, owner, point_type, amount, state, transfer_id, expires_at from ledger_hold"
        " where state = 1 and expires_at <= %s and point_type = any(%s) order by expires_at, id limit %s",
        (now, list(point_types), limit),
    )
    return [Hold(*(*row[:4], HoldState(row[4]), *row[5:])) for row in rows]


def owners_with_expired_lots(
    conn: psycopg.Connection[Any], *, point_types: Sequence[int], today: date, limit: int
) -> list[bytes]:
    """Owners who hold points whose last day is before `today`."""
    rows = conn.execute(
        "select distinct uuid_send(owner) from ledger_lot where remaining > 0 and last_day is not null"
        " and last_day < %s and point_type = any(%s) limit %s",
        (today, list(point_types), limit),
    )
    return [row[0] for row in rows]


def owners_with_at_least(conn: psycopg.Connection[Any], *, point_type: int, points: int) -> list[tuple[bytes, int]]:
    """Owners who can spend so many points: (owner, available), by id."""
    return conn.execute(
        "select uuid_send(owner), available from ledger_balance where point_type = %s and available >= %s"
        " order by owner",
        (point_type, points),
    ).fetchall()


def _entry(row: tuple[Any, ...]) -> LedgerEntry:
    return LedgerEntry(*(*row[:5], Account(row[5]), Account(row[6]), CauseKind(row[7]), *row[8:12]))
