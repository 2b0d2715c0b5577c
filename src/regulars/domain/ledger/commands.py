"""Opening books for writing, and writing them down. Set-based: a larger batch takes no more statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from regulars.database.binary import (
    BigIntArray,
    BoolArray,
    IntArray,
    RowPacker,
    SmallIntArray,
    UuidArray,
    days,
    micros,
)
from regulars.domain.ledger.book import Book, Key
from regulars.domain.ledger.contracts import Allocation, Balance, HoldState, OpenLot, PendingLot
from regulars.domain.ledger.lot_changes import write_changes_of_lots

_TRANSFERS = RowPacker(
    "ledger_transfer",
    {
        "bucket": "int2", "id": "uuid", "organisation_id": "int4", "owner": "uuid", "point_type": "int4",
        "entry_no": "int4", "debit": "int2", "credit": "int2", "amount": "int8", "balance_after": "int8",
        "cause_kind": "int2", "cause": "uuid", "occurred_at": "timestamptz", "posted_at": "timestamptz",
    },
    ["reason"],
)  # fmt: skip
_LOTS = RowPacker(
    "ledger_lot",
    {
        "bucket": "int2", "id": "uuid", "organisation_id": "int4", "owner": "uuid", "point_type": "int4",
        "amount": "int8", "remaining": "int8", "earned_at": "timestamptz", "renewable": "bool",
    },
    tail=("last_day", "date"),
)  # fmt: skip
_ALLOCATIONS = RowPacker(
    "ledger_allocation",
    {"bucket": "int2", "transfer_id": "uuid", "lot_id": "uuid", "organisation_id": "int4", "amount": "int8"},
)

_READ_BALANCES = """
    select uuid_send(b.owner), b.point_type, b.available, b.held, b.entry_no, b.may_overdraw,
           b.pending, b.frozen
    from ledger_balance b join unnest(%b::smallint[], %b::uuid[]) k(bucket, owner)
      on b.bucket = k.bucket and b.owner = k.owner
    order by b.bucket, b.owner, b.point_type
"""
_LOCK_BALANCES = f"{_READ_BALANCES} for no key update of b"
_READ_LOTS = """
    select uuid_send(l.owner), l.point_type, uuid_send(l.id), l.amount, l.remaining, l.earned_at, l.last_day,
           l.renewable
    from ledger_lot l join unnest(%b::smallint[], %b::uuid[]) k(bucket, owner)
      on l.bucket = k.bucket and l.owner = k.owner
    where l.remaining > 0
"""
_READ_PENDING = """
    select uuid_send(p.lot_id), uuid_send(p.owner), p.point_type, p.amount, p.waiting, l.earned_at, p.activates_on,
           p.waits_for, p.cancels_after, uuid_send(p.cause), l.last_day, p.expiry, l.renewable,
           p.frozen
    from ledger_pending p join unnest(%b::smallint[], %b::uuid[]) k(bucket, owner)
      on p.bucket = k.bucket and p.owner = k.owner
    join ledger_lot l on l.bucket = p.bucket and l.id = p.lot_id
    where p.waiting > 0
"""
_READ_DUE_LOTS = f"{_READ_LOTS} and l.last_day < %b::date"
_READ_DUE_PENDING = f"{_READ_PENDING} and (p.activates_on <= %b::date or p.cancels_after < %b::date)"
_WRITE_BALANCES = """
    insert into ledger_balance as b
        (bucket, owner, point_type, organisation_id, available, held, entry_no, may_overdraw, pending)
    select k.bucket, k.owner, k.point_type, %b::int, k.available, k.held, k.entry_no, k.may_overdraw, k.pending
    from unnest(%b::smallint[], %b::uuid[], %b::int[], %b::bigint[], %b::bigint[], %b::int[], %b::boolean[],
                %b::bigint[]) k(bucket, owner, point_type, available, held, entry_no, may_overdraw, pending)
    on conflict (bucket, owner, point_type) do update
    set available = excluded.available, held = excluded.held, entry_no = excluded.entry_no,
        may_overdraw = excluded.may_overdraw, pending = excluded.pending
"""
_WRITE_REMAINING = """
    update ledger_lot l set remaining = k.remaining
    from unnest(%b::smallint[], %b::uuid[], %b::bigint[]) k(bucket, id, remaining)
    where l.bucket = k.bucket and l.id = k.id
"""


def open_book(
    conn: psycopg.Connection[Any],
    *,
    owners: Sequence[bytes],
    with_lots: bool | Sequence[bytes],
    to_write: bool = True,
) -> Book:
    """The books of the owners, locked until the transaction ends.

    owners: their sixteen-byte ids, each once. Balances are locked in key order, so parallel batches cannot deadlock.
    with_lots: needed where points leave or become active: for all owners, or for those named.
    to_write: False locks nothing, for a quote; such a book must not be written.
    """
    statement = _LOCK_BALANCES if to_write else _READ_BALANCES
    balances: dict[Key, Balance] = {}
    for owner, point_type, *rest in conn.execute(statement, _keys(owners), binary=True):
        balances[owner, point_type] = Balance(*rest)
    followed = owners if with_lots is True else with_lots or ()
    if not followed:
        return Book(balances, None)
    lots: dict[Key, list[OpenLot]] = {}
    for owner, point_type, *lot in conn.execute(_READ_LOTS, _keys(followed), binary=True):
        lots.setdefault((owner, point_type), []).append(OpenLot(*lot))
    pending = [PendingLot(*row) for row in conn.execute(_READ_PENDING, _keys(followed), binary=True)]
    return Book(balances, lots, pending, followed)


def open_due(conn: psycopg.Connection[Any], *, owners: Sequence[bytes], today: date) -> Book:
    """The books of the owners with what is due on the local day `today` only: for work that costs what is due.

    Nothing but activating, cancelling and expiring may be done in it: other lots are not open here.
    """
    keys = _keys(owners)
    balances: dict[Key, Balance] = {}
    for owner, point_type, *rest in conn.execute(_LOCK_BALANCES, keys, binary=True):
        balances[owner, point_type] = Balance(*rest)
    lots: dict[Key, list[OpenLot]] = {}
    for owner, point_type, *lot in conn.execute(_READ_DUE_LOTS, (*keys, today), binary=True):
        lots.setdefault((owner, point_type), []).append(OpenLot(*lot))
    waiting = conn.execute(_READ_DUE_PENDING, (*keys, today, today), binary=True)
    return Book(balances, lots, [PendingLot(*row) for row in waiting], ())


def _keys(owners: Sequence[bytes]) -> tuple[SmallIntArray, UuidArray]:
    return SmallIntArray([owner[15] for owner in owners]), UuidArray(owners)


def write_book(conn: psycopg.Connection[Any], book: Book, *, organisation_id: int, now: datetime) -> None:
    """Writes what the book gained: transfers, lots, allocations, balances."""
    if not book.entries:
        write_changes_of_lots(conn, book, organisation_id=organisation_id, now=now)
        return
    posted = micros(now)
    _TRANSFERS.insert(
        conn,
        [
            _TRANSFERS.row(
                (
                    e.owner[15], e.id, organisation_id, e.owner, e.point_type, e.entry_no, e.debit, e.credit, e.amount,
                    e.balance_after, e.cause_kind, e.cause, micros(e.occurred_at), posted,
                ),
                (e.reason.encode(),),
            )
            for e in book.entries
        ],
    )  # fmt: skip
    if book.new_lots:
        _LOTS.insert(
            conn,
            [
                _LOTS.row(
                    (
                        lot.owner[15], lot.id, organisation_id, lot.owner, lot.point_type, lot.amount, lot.remaining,
                        micros(lot.earned_at), lot.renewable,
                    ),
                    tail=None if lot.last_day is None else days(lot.last_day),
                )
                for lot in book.new_lots.values()
            ],
        )  # fmt: skip
    _write_allocations(conn, book.allocations, organisation_id)
    _write_remaining(conn, book.remaining)
    write_changes_of_lots(conn, book, organisation_id=organisation_id, now=now)
    _write_balances(conn, book.touched, organisation_id)


def _write_allocations(conn: psycopg.Connection[Any], allocations: Iterable[Allocation], organisation_id: int) -> None:
    rows = [
        _ALLOCATIONS.row((each.transfer_id[15], each.transfer_id, each.lot_id, organisation_id, each.amount))
        for each in allocations
    ]
    if rows:
        _ALLOCATIONS.insert(conn, rows)


def _write_remaining(conn: psycopg.Connection[Any], remaining: dict[bytes, int]) -> None:
    if remaining:
        ids = sorted(remaining)
        arrays = (
            SmallIntArray([identifier[15] for identifier in ids]),
            UuidArray(ids),
            BigIntArray([remaining[identifier] for identifier in ids]),
        )
        conn.execute(_WRITE_REMAINING, arrays)


def _write_balances(conn: psycopg.Connection[Any], touched: dict[Key, Balance], organisation_id: int) -> None:
    keys = sorted(touched, key=lambda key: (key[0][15], key))
    balances = [touched[key] for key in keys]
    conn.execute(
        _WRITE_BALANCES,
        (
            organisation_id,
            SmallIntArray([owner[15] for owner, _ in keys]),
            UuidArray([owner for owner, _ in keys]),
            IntArray([point_type for _, point_type in keys]),
            BigIntArray([balance.available for balance in balances]),
            BigIntArray([balance.held for balance in balances]),
            IntArray([balance.entry_no for balance in balances]),
            BoolArray([balance.may_overdraw for balance in balances]),
            BigIntArray([balance.pending for balance in balances]),
        ),
    )


def set_renewable(
    conn: psycopg.Connection[Any],
    *,
    owners: Sequence[bytes],
    point_type: int,
    earned_before: datetime,
    day: date,
    renewable: bool,
) -> None:
    """Whether activity moves the last day of lots that are not gone by `day`. The owners' books must be open."""
    conn.execute(
        "update ledger_lot l set renewable = %b::boolean from unnest(%b::smallint[], %b::uuid[]) k(bucket, owner)"
        " where l.bucket = k.bucket and l.owner = k.owner and l.point_type = %b::int and l.remaining > 0"
        " and l.renewable <> %b::boolean and l.earned_at < %b::timestamptz"
        " and (l.last_day is null or l.last_day >= %b::date)",
        (renewable, *_keys(owners), point_type, renewable, earned_before, day),
    )


def stop_account(
    conn: psycopg.Connection[Any], *, owner: bytes, point_type: int, organisation_id: int, stopped: bool
) -> None:
    """Nothing goes out of the account any more, or it does again. The owner's book must be open."""
    conn.execute(
        "insert into ledger_balance (bucket, owner, point_type, organisation_id, available, held, entry_no, frozen)"
        " values (%s, %s, %s, %s, 0, 0, 0, %s)"
        " on conflict (bucket, owner, point_type) do update set frozen = excluded.frozen",
        (owner[15], UUID(bytes=owner), point_type, organisation_id, stopped),
    )


def record_hold(
    conn: psycopg.Connection[Any],
    *,
    hold_id: UUID,
    organisation_id: int,
    owner: bytes,
    point_type: int,
    amount: int,
    transfer_id: bytes,
    now: datetime,
    lasts: timedelta,
    purpose: str = "",
    by: str = "",
) -> None:
    """Remembers a hold whose points the book has already set aside. purpose, by: as in Hold."""
    conn.execute(
        "insert into ledger_hold (bucket, id, organisation_id, owner, point_type, amount, state, transfer_id,"
        " created_at, expires_at, purpose, by_whom) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            owner[15], hold_id, organisation_id, UUID(bytes=owner), point_type, amount, int(HoldState.open),
            UUID(bytes=transfer_id), now, now + lasts, purpose, by,
        ),
    )  # fmt: skip


class EndedHold(NamedTuple):
    """A hold that ends. settled: how many points were spent; settlement: by which entry. by: who ended it."""

    id: UUID
    state: HoldState
    settled: int = 0
    settlement: bytes | None = None
    by: str | None = None


def end_holds(conn: psycopg.Connection[Any], ended: Sequence[EndedHold], *, now: datetime) -> int:
    """Ends open holds, whose points the book has already moved; how many. Those that had ended before stay as they are.

    Whoever needs to know that all of them were open has their owners locked.
    """
    done = conn.execute(
        "update ledger_hold h set state = k.state, settled = k.settled, settlement_id = k.settlement_id,"
        " closed_at = %s, closed_by = k.by_whom"
        " from unnest(%s::smallint[], %s::uuid[], %s::smallint[], %s::bigint[], %s::uuid[], %s::text[])"
        " k(bucket, id, state, settled, settlement_id, by_whom)"
        " where h.bucket = k.bucket and h.id = k.id and h.state = %s",
        (
            now,
            [each.id.int & 0xFF for each in ended],
            [each.id for each in ended],
            [int(each.state) for each in ended],
            [each.settled for each in ended],
            [None if each.settlement is None else UUID(bytes=each.settlement) for each in ended],
            [each.by for each in ended],
            int(HoldState.open),
        ),
    )
    return done.rowcount


def mark_given_back(conn: psycopg.Connection[Any], hold_id: UUID, *, reason: str, now: datetime, by: str) -> None:
    """What the hold had settled was given back; its owner must be locked."""
    conn.execute(
        "update ledger_hold set state = %s, given_back_at = %s, given_back_by = %s, given_back_for = %s"
        " where bucket = %s and id = %s and state = %s",
        (int(HoldState.given_back), now, by, reason, hold_id.int & 0xFF, hold_id, int(HoldState.settled)),
    )
