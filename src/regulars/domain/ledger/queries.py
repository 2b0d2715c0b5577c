"""Reads of the books."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from msgspec.structs import replace

from regulars.database.binary import SmallIntArray, TimestampArray, UuidArray, micros
from regulars.domain.ledger.contracts import (
    Account,
    Allocation,
    Balance,
    CauseKind,
    ChangeOfLots,
    Expiring,
    GoingPoints,
    Granted,
    LedgerEntry,
    LotFate,
    LotOnFile,
    LotPart,
    LotPlace,
    OpenLot,
    PendingLot,
    Revocation,
)
from regulars.domain.ledger.selects import (
    CANCELLED,
    CHANGE_OF_LOTS,
    DUE_PENDING,
    ENTRIES,
    EXTENDED_BY_STAFF,
    FATES,
    GIVEN_BACK,
    ISSUED_BETWEEN,
    LOTS,
    MOVEMENTS,
    PENDING,
    REVOKED,
)

SOON = timedelta(days=30)
"""Who loses points within this time of a change should be asked for beforehand."""


def issued_between(
    conn: psycopg.Connection[Any], spans: Sequence[tuple[bytes, datetime, datetime]], *, point_type: int
) -> list[tuple[bytes, datetime, int]]:
    """Points issued in half-open spans of time: (owner, when, points). spans: (owner, since, until).

    What returns took back is there with a minus, at the time at which it had been earned.
    """
    arrays = (
        SmallIntArray([owner[15] for owner, _, _ in spans]),
        UuidArray([owner for owner, _, _ in spans]),
        TimestampArray([micros(since) for _, since, _ in spans]),
        TimestampArray([micros(until) for _, _, until in spans]),
    )
    return conn.execute(ISSUED_BETWEEN, (*arrays, point_type, point_type), binary=True).fetchall()


def balances(conn: psycopg.Connection[Any], *, owners: Sequence[UUID]) -> dict[tuple[UUID, int], Balance]:
    """Balances by (owner, point type); an owner without one has nothing."""
    rows = conn.execute(
        "select owner, point_type, available, held, entry_no, may_overdraw, pending, frozen"
        " from ledger_balance"
        " where bucket = any(%s::smallint[]) and owner = any(%s)",
        ([owner.int & 0xFF for owner in owners], list(owners)),
    )
    return {(row[0], row[1]): Balance(*row[2:]) for row in rows}


def entries(
    conn: psycopg.Connection[Any], *, owner: UUID, point_type: int, before: int | None = None, limit: int = 50
) -> list[LedgerEntry]:
    """An owner's statement, the latest first. before: entry_no of the last one of the page before."""
    rows = conn.execute(
        f"{ENTRIES} where bucket = %s and owner = %s and point_type = %s and (%s::int is null or entry_no < %s)"
        " order by entry_no desc limit %s",
        (owner.int & 0xFF, owner, point_type, before, before, limit),
    )
    return [_entry(row) for row in rows]


def entry(conn: psycopg.Connection[Any], *, transfer_id: UUID) -> tuple[UUID, LedgerEntry] | None:
    """One transfer with its owner, or None."""
    row = conn.execute(f"{ENTRIES} where bucket = %s and id = %s", (transfer_id.int & 0xFF, transfer_id)).fetchone()
    return None if row is None else (row[12], _entry(row))


def entries_by_id(conn: psycopg.Connection[Any], *, ids: Sequence[UUID]) -> dict[UUID, LedgerEntry]:
    """Several entries, those that exist."""
    rows = conn.execute(
        f"{ENTRIES} where bucket = any(%s::smallint[]) and id = any(%s)",
        ([each.int & 0xFF for each in ids], list(ids)),
    )
    return {row[0]: _entry(row) for row in rows}


def entries_of_cause(conn: psycopg.Connection[Any], *, owner: UUID, cause: UUID) -> list[LedgerEntry]:
    """Every entry of an owner that one event, redemption or adjustment made."""
    rows = conn.execute(
        f"{ENTRIES} where bucket = %s and owner = %s and cause = %s order by entry_no",
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


def points_without_end(conn: psycopg.Connection[Any], *, owner: UUID, point_type: int) -> int:
    """How many of an owner's points never expire."""
    row = conn.execute(
        "select coalesce(sum(remaining), 0)::bigint from ledger_lot"
        " where bucket = %s and owner = %s and point_type = %s and remaining > 0 and last_day is null",
        (owner.int & 0xFF, owner, point_type),
    ).fetchone()
    return int(row[0]) if row else 0


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


def lots_on_file(
    conn: psycopg.Connection[Any], *, owner: UUID, point_type: int, after: LotPlace | None = None, limit: int = 50
) -> list[LotOnFile]:
    """An owner's open lots in the order in which they will be spent, then those that wait, the next one first.

    after: the place of the last lot of the page before.
    """
    place = "(l.remaining = 0, coalesce(case when l.remaining > 0 then l.last_day else p.activates_on end, %(never)s)"
    rows = conn.execute(
        f"{LOTS} where l.bucket = %(bucket)s and l.owner = %(owner)s and l.point_type = %(point_type)s"
        " and (l.remaining > 0 or p.waiting > 0)"
        f" and (%(id)s::uuid is null or {place}, l.earned_at, l.id) > (%(waits)s, %(day)s, %(at)s, %(id)s))"
        f" order by {place}, l.earned_at, l.id) limit %(limit)s",
        {
            "bucket": owner.int & 0xFF,
            "owner": owner,
            "point_type": point_type,
            "never": date.max,
            "waits": after and after.waits,
            "day": after and after.day,
            "at": after and after.earned_at,
            "id": after and after.id,
            "limit": limit,
        },
    )
    return [_lot(row) for row in rows]


def lot_parts(conn: psycopg.Connection[Any], *, transfer_id: UUID) -> list[LotPart]:
    """Which lots an entry took from or gave back to, in the order of use, and how many points."""
    parts = allocations_of(conn, transfer_id=transfer_id.bytes)
    rows = conn.execute(
        f"{LOTS} where l.bucket = %s and l.id = any(%s)",
        (transfer_id.int & 0xFF, [UUID(bytes=each.lot_id) for each in parts]),
    )
    lots = {row[0]: _lot(row) for row in rows}
    return [LotPart(lots[UUID(bytes=each.lot_id)], each.amount) for each in parts]


def lots_by_id(conn: psycopg.Connection[Any], *, ids: Sequence[bytes]) -> dict[bytes, OpenLot]:
    """Lots as they stand, used up or not."""
    rows = conn.execute(
        "select uuid_send(l.id), l.amount, l.remaining, l.earned_at, l.last_day, l.renewable from ledger_lot l"
        " join unnest(%b::smallint[], %b::uuid[]) k(bucket, id) on l.bucket = k.bucket and l.id = k.id",
        (SmallIntArray([identifier[15] for identifier in ids]), UuidArray(ids)),
    )
    return {row[0]: OpenLot(*row) for row in rows}


def fates_of(conn: psycopg.Connection[Any], *, lots: Sequence[bytes]) -> dict[bytes, LotFate]:
    """What became of lots, beside being spent; those of which nothing was lost or moved are left out."""
    rows = conn.execute(
        FATES,
        (SmallIntArray([lot[15] for lot in lots]), UuidArray(lots)),
    )
    return {row[0]: LotFate(row[1], row[2]) for row in rows}


def revoked_of(
    conn: psycopg.Connection[Any], *, grant_causes: Sequence[bytes]
) -> dict[bytes, dict[tuple[int, str], int]]:
    """What returns revoked so far of what events granted: grant cause -> (point type, rule) -> points."""
    rows = conn.execute(
        REVOKED,
        (SmallIntArray([each[15] for each in grant_causes]), UuidArray(grant_causes)),
    )
    found: dict[bytes, dict[tuple[int, str], int]] = {}
    for grant_cause, point_type, reason, points in rows:
        found.setdefault(grant_cause, {})[point_type, reason] = points
    return found


def revocations(conn: psycopg.Connection[Any], *, owners: Sequence[UUID]) -> list[Revocation]:
    """Everything that returns took back of what owners had got, the oldest first."""
    rows = conn.execute(
        "select uuid_send(id), uuid_send(owner), point_type, uuid_send(cause), uuid_send(grant_cause), reason, points,"
        " taken, earned_at from ledger_revocation where bucket = any(%s::smallint[]) and owner = any(%s) order by id",
        ([owner.int & 0xFF for owner in owners], list(owners)),
    )
    return [Revocation(*row) for row in rows]


def still_paid(
    conn: psycopg.Connection[Any], *, transfer_id: bytes, owner: bytes, given_back_by: Sequence[bytes]
) -> list[Allocation]:
    """Which lots paid for a transfer, in the order of use, less what came back to them for the causes named."""
    returned = dict(
        conn.execute(
            GIVEN_BACK,
            (owner[15], UUID(bytes=owner), [UUID(bytes=each) for each in given_back_by]),
        ).fetchall()
        if given_back_by
        else ()
    )
    paid = allocations_of(conn, transfer_id=transfer_id)
    return [replace(each, amount=each.amount - returned.get(each.lot_id, 0)) for each in paid]


def pending_lots(conn: psycopg.Connection[Any], *, owner: UUID, point_type: int) -> list[PendingLot]:
    """What waits to become spendable, the next one first; what waits for an event comes last."""
    rows = conn.execute(
        f"{PENDING} where p.bucket = %s and p.owner = %s and p.point_type = %s and p.waiting > 0"
        " order by p.activates_on nulls last, l.earned_at, l.id",
        (owner.int & 0xFF, owner, point_type),
    )
    return [PendingLot(*row) for row in rows]


def pending_by_id(conn: psycopg.Connection[Any], *, ids: Sequence[bytes]) -> dict[bytes, PendingLot]:
    """Lots that were granted as pending, as they stand, whether they still wait or not."""
    rows = conn.execute(
        f"{PENDING} where p.bucket = any(%s::smallint[]) and p.lot_id = any(%s)",
        ([each[15] for each in ids], [UUID(bytes=each) for each in ids]),
    )
    return {row[0]: PendingLot(*row) for row in rows}


def granted_by_rules(conn: psycopg.Connection[Any], *, owners: Sequence[bytes], rules: Sequence[str]) -> list[Granted]:
    """What rules gave the owners for events, the oldest first."""
    rows = conn.execute(
        "select t.reason, t.point_type, uuid_send(t.id), uuid_send(t.cause), t.amount, t.occurred_at"
        " from unnest(%s::smallint[], %s::uuid[]) k(bucket, owner)"
        " join ledger_transfer t on t.bucket = k.bucket and t.owner = k.owner"
        " where t.debit = 11 and t.cause_kind = 1 and t.reason = any(%s) order by t.occurred_at, t.id",
        ([each[15] for each in owners], [UUID(bytes=each) for each in owners], list(rules)),
    )
    return [Granted(*row) for row in rows]


def cancelled_since(conn: psycopg.Connection[Any], *, owner: UUID, waits_for: str, cause: bytes | None) -> date | None:
    """The day by which an event had to come for points that were cancelled without it; None: none were.

    cause: what had granted them; None: anything, the latest.
    """
    row = conn.execute(
        CANCELLED,
        (owner.int & 0xFF, owner, waits_for, *([None if cause is None else UUID(bytes=cause)] * 2)),
    ).fetchone()
    return row[0] if row else None


def owners_with_due_pending(
    conn: psycopg.Connection[Any], *, point_types: Sequence[int], today: date, limit: int
) -> list[bytes]:
    """Owners of whose points some become active by `today`, or were to be cancelled before it; frozen ones wait on."""
    rows = conn.execute(
        DUE_PENDING,
        {"today": today, "types": list(point_types), "limit": limit},
    )
    return [row[0] for row in rows]


def open_lots(conn: psycopg.Connection[Any], *, owner: UUID) -> list[OpenLot]:
    """An owner's lots that are not used up, of every point type, in the order in which they will be spent."""
    rows = conn.execute(
        "select uuid_send(id), amount, remaining, earned_at, last_day from ledger_lot"
        " where bucket = %s and owner = %s and remaining > 0 order by last_day nulls last, earned_at, id",
        (owner.int & 0xFF, owner),
    )
    return [OpenLot(*row) for row in rows]


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


def points_going(
    conn: psycopg.Connection[Any],
    *,
    point_type: int,
    last_days: Sequence[date],
    after: bytes | None,
    limit: int,
) -> list[GoingPoints]:
    """Points that go after the last days, summed by owner and day, by owner. after: the last owner of the page before.

    Costs what goes on those days: it reads the index of open lots by their last day.
    """
    rows = conn.execute(
        "select uuid_send(owner), point_type, last_day, sum(remaining)::bigint from ledger_lot"
        " where remaining > 0 and last_day is not null and last_day = any(%s) and point_type = %s"
        " and (%s::uuid is null or owner > %s::uuid) group by owner, point_type, last_day"
        " order by owner fetch first %s rows with ties",
        (list(last_days), point_type, *(None if after is None else UUID(bytes=after),) * 2, limit),
    )
    return [GoingPoints(*row) for row in rows]


def owners_of_lots(conn: psycopg.Connection[Any], *, point_type: int, after: bytes | None, limit: int) -> list[bytes]:
    """Owners with open lots, by bucket and id. after: the last owner of the page before."""
    rows = conn.execute(
        "select uuid_send(owner) from ledger_lot where remaining > 0 and point_type = %s"
        " and (bucket, owner) > (%s::smallint, %s::uuid) group by bucket, owner order by bucket, owner limit %s",
        (point_type, -1 if after is None else after[15], UUID(bytes=after or bytes(16)), limit),
    )
    return [row[0] for row in rows]


def change_of_lots(
    conn: psycopg.Connection[Any], *, point_type: int, earned_before: datetime, day: date, last_day: date | None
) -> ChangeOfLots:
    """What it would mean if all points that were earned before and are not gone by `day` had that last day."""
    row = conn.execute(CHANGE_OF_LOTS, {
        "type": point_type, "before": earned_before, "day": day, "soon": day + SOON,
        "new": last_day or "infinity",
    }).fetchone()  # fmt: skip
    return ChangeOfLots(*row) if row else ChangeOfLots(*[0] * 9)


def owners_with_at_least(conn: psycopg.Connection[Any], *, point_type: int, points: int) -> list[tuple[bytes, int]]:
    """Owners who can spend so many points: (owner, available), by id."""
    return conn.execute(
        "select uuid_send(owner), available from ledger_balance where point_type = %s and available >= %s"
        " order by owner",
        (point_type, points),
    ).fetchall()


def lots_as_granted(conn: psycopg.Connection[Any], *, ids: Sequence[bytes]) -> dict[UUID, LotOnFile]:
    """Lots with what granted them, used up or not."""
    rows = conn.execute(
        f"{LOTS} where l.bucket = any(%s::smallint[]) and l.id = any(%s)",
        ([each[15] for each in ids], [UUID(bytes=each) for each in ids]),
    )
    return {row[0]: _lot(row) for row in rows}


def _lot(row: tuple[Any, ...]) -> LotOnFile:
    return LotOnFile(*(*row[:10], CauseKind(row[10]), *row[11:]))


def _entry(row: tuple[Any, ...]) -> LedgerEntry:
    return LedgerEntry(*(*row[:5], Account(row[5]), Account(row[6]), CauseKind(row[7]), *row[8:12], row[13], row[12]))


def movements_of(conn: psycopg.Connection[Any], *, bucket: int, point_types: Sequence[int]) -> list[tuple[Any, ...]]:
    """What moved points of a bucket's owners beside events, days and returns, in order, with the new lots' last days.

    (id, owner, posted at, point type, debit, credit, amount, kind of cause, cause, reason, when it happened, last day)
    """
    return conn.execute(MOVEMENTS, (bucket, list(point_types)), binary=True).fetchall()


def extensions_in_bucket(conn: psycopg.Connection[Any], *, bucket: int) -> list[tuple[bytes, int, date, date]]:
    """Last days that staff moved for a bucket's owners: (the act, point type, from day, to day), each once."""
    return conn.execute(EXTENDED_BY_STAFF, (bucket,)).fetchall()
