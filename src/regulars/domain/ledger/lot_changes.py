"""Writes what happens to lots beside being spent: waiting, becoming active, revoked, with another last day.

Nothing of it is there in most batches, and nothing is sent then.
"""

from __future__ import annotations

from datetime import date, datetime
from itertools import zip_longest
from typing import Any

import psycopg

from regulars.database.binary import BigIntArray, DateArray, IntArray, RowPacker, SmallIntArray, UuidArray, days, micros
from regulars.domain.ledger.contracts import PendingLot
from regulars.domain.ledger.pages import Pages

_REVOCATIONS = RowPacker(
    "ledger_revocation",
    {
        "bucket": "int2", "id": "uuid", "organisation_id": "int4", "owner": "uuid", "point_type": "int4",
        "cause": "uuid", "grant_cause": "uuid", "points": "int8", "taken": "int8", "earned_at": "timestamptz",
    },
    ["reason"],
)  # fmt: skip
_INSERT_PENDING = """
    insert into ledger_pending (bucket, lot_id, organisation_id, owner, point_type, amount, waiting, activates_on,
                                waits_for, cancels_after, cause, expiry, frozen)
    select k.bucket, k.lot_id, %s, k.owner, k.point_type, k.amount, k.waiting, k.activates_on, k.waits_for,
           k.cancels_after, k.cause, k.expiry, k.frozen
    from unnest(%s::smallint[], %s::uuid[], %s::uuid[], %s::int[], %s::bigint[], %s::bigint[], %s::date[], %s::text[],
                %s::date[], %s::uuid[], %s::text[], %s::boolean[])
      k(bucket, lot_id, owner, point_type, amount, waiting, activates_on, waits_for, cancels_after, cause, expiry,
        frozen)
"""
_WRITE_WAITING = """
    update ledger_pending p set waiting = k.waiting
    from unnest(%b::smallint[], %b::uuid[], %b::bigint[]) k(bucket, id, waiting)
    where p.bucket = k.bucket and p.lot_id = k.id
"""
_WRITE_TERMS = """
    update ledger_pending p set activates_on = k.activates_on, waits_for = k.waits_for,
                                cancels_after = k.cancels_after, frozen = k.frozen
    from unnest(%s::smallint[], %s::uuid[], %s::date[], %s::text[], %s::date[], %s::boolean[])
      k(bucket, id, activates_on, waits_for, cancels_after, frozen)
    where p.bucket = k.bucket and p.lot_id = k.id
"""
_WRITE_LAST_DAYS = """
    update ledger_lot l set last_day = k.last_day
    from unnest(%s::smallint[], %s::uuid[], %s::date[]) k(bucket, id, last_day)
    where l.bucket = k.bucket and l.id = k.id
"""
_WRITE_EXTENSIONS = """
    insert into ledger_extension
        (bucket, id, organisation_id, owner, lot_id, from_day, to_day, cause_kind, cause, at)
    select k.bucket, k.id, %s, k.owner, k.lot_id, k.from_day, k.to_day, k.cause_kind, k.cause, %s
    from unnest(%s::smallint[], %s::uuid[], %s::uuid[], %s::uuid[], %s::date[], %s::date[], %s::smallint[],
                %s::uuid[]) k(bucket, id, owner, lot_id, from_day, to_day, cause_kind, cause)
"""
_RENEW = """
    update ledger_lot l set last_day = k.last_day
    from unnest(%b::smallint[], %b::uuid[], %b::int[], %b::date[], %b::date[])
      k(bucket, owner, point_type, day, last_day)
    where l.bucket = k.bucket and l.owner = k.owner and l.point_type = k.point_type and l.remaining > 0
      and l.renewable and l.last_day >= k.day and l.last_day < k.last_day
"""


def write_changes_of_lots(conn: psycopg.Connection[Any], pages: Pages, *, organisation_id: int, now: datetime) -> None:
    """Part of write_book. New lots and what is left of old ones must be written before."""
    if pages.new_pending:
        _insert_pending(conn, list(pages.new_pending.values()), organisation_id)
    if pages.waiting:
        ids = sorted(pages.waiting)
        buckets = SmallIntArray([identifier[15] for identifier in ids])
        conn.execute(_WRITE_WAITING, (buckets, UuidArray(ids), BigIntArray([pages.waiting[each] for each in ids])))
    if pages.terms:
        _write_terms(conn, pages.terms)
    if pages.last_days:
        _write_last_days(conn, pages.last_days)
    if pages.extensions:
        _write_extensions(conn, pages, organisation_id, now)
    if pages.revocations:
        _REVOCATIONS.insert(
            conn,
            [
                _REVOCATIONS.row(
                    (
                        each.owner[15], each.id, organisation_id, each.owner, each.point_type, each.cause,
                        each.grant_cause, each.points, each.taken, micros(each.earned_at),
                    ),
                    (each.reason.encode(),),
                )
                for each in pages.revocations
            ],
        )  # fmt: skip
    if pages.renewals:
        _write_renewals(conn, pages)


def _insert_pending(conn: psycopg.Connection[Any], lots: list[PendingLot], organisation_id: int) -> None:
    conn.execute(
        _INSERT_PENDING,
        (
            organisation_id,
            [lot.owner[15] for lot in lots],
            UuidArray([lot.id for lot in lots]),
            UuidArray([lot.owner for lot in lots]),
            [lot.point_type for lot in lots],
            [lot.amount for lot in lots],
            [lot.waiting for lot in lots],
            [lot.activates_on for lot in lots],
            [lot.waits_for for lot in lots],
            [lot.cancels_after for lot in lots],
            UuidArray([lot.cause for lot in lots]),
            [lot.expiry for lot in lots],
            [lot.frozen for lot in lots],
        ),
    )


def _write_terms(conn: psycopg.Connection[Any], terms: dict[bytes, PendingLot]) -> None:
    lots = [terms[identifier] for identifier in sorted(terms)]
    conn.execute(
        _WRITE_TERMS,
        (
            [lot.id[15] for lot in lots],
            UuidArray([lot.id for lot in lots]),
            [lot.activates_on for lot in lots],
            [lot.waits_for for lot in lots],
            [lot.cancels_after for lot in lots],
            [lot.frozen for lot in lots],
        ),
    )


def _write_last_days(conn: psycopg.Connection[Any], last_days: dict[bytes, date | None]) -> None:
    ids = sorted(last_days)
    conn.execute(
        _WRITE_LAST_DAYS,
        ([identifier[15] for identifier in ids], UuidArray(ids), [last_days[identifier] for identifier in ids]),
    )


def _write_extensions(conn: psycopg.Connection[Any], pages: Pages, organisation_id: int, now: datetime) -> None:
    made = pages.extensions
    conn.execute(
        _WRITE_EXTENSIONS,
        (
            organisation_id,
            now,
            [each.owner[15] for each in made],
            UuidArray([each.id for each in made]),
            UuidArray([each.owner for each in made]),
            UuidArray([each.lot_id for each in made]),
            [each.from_day for each in made],
            [each.to_day for each in made],
            [each.cause_kind for each in made],
            UuidArray([each.cause for each in made]),
        ),
    )


def _write_renewals(conn: psycopg.Connection[Any], pages: Pages) -> None:
    """One statement, and one more for each time that an owner was away too long within the batch."""
    keys = list(pages.renewals)
    for step in zip_longest(*(pages.renewals[key] for key in keys)):
        chosen = [(key, each) for key, each in zip(keys, step, strict=True) if each is not None]
        conn.execute(
            _RENEW,
            (
                SmallIntArray([owner[15] for (owner, _), _ in chosen]),
                UuidArray([owner for (owner, _), _ in chosen]),
                IntArray([point_type for (_, point_type), _ in chosen]),
                DateArray([days(each.day) for _, each in chosen]),
                DateArray([days(each.last_day) for _, each in chosen]),
            ),
        )
