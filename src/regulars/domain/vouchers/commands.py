"""Writes of pools, codes and uses. How often a code works, and that it is one of a kind, is guarded here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from regulars.database.binary import SmallIntArray, TextArray
from regulars.domain.vouchers.contracts import (
    Batch,
    BatchKind,
    Pool,
    PoolDraft,
    PoolEmpty,
    PoolNotFound,
    UseState,
    Voucher,
    VoucherState,
)
from regulars.domain.vouchers.orders import record_uses
from regulars.domain.vouchers.queries import pool_by_code, vouchers_by_code, vouchers_of_redemptions
from regulars.kernel.codes import LONG, SHORT, grouped, new_codes
from regulars.kernel.errors import Conflict
from regulars.kernel.ids import bucket_of_text


def save_pool(
    conn: psycopg.Connection[Any],
    draft: PoolDraft,
    *,
    organisation_id: int,
    programme_id: int,
    now: datetime,
    pool_id: int | None = None,
) -> Pool:
    """Adds a pool, or changes the one of `pool_id`. How often one works holds for codes made from then on."""
    values = {
        "organisation_id": organisation_id, "programme_id": programme_id, "id": pool_id, "code": draft.code,
        "name": draft.name, "terms": Jsonb(draft.terms), "most_uses": draft.most_uses,
        "uses_per_member": draft.uses_per_member, "total_uses": draft.total_uses, "first_day": draft.first_day,
        "last_day": draft.last_day, "valid_for": draft.valid_for, "bound": draft.member_bound,
        "archived": draft.archived, "now": now,
    }  # fmt: skip
    if pool_id is None:
        statement = (
            "insert into vouchers_pool (organisation_id, programme_id, code, name, terms, most_uses, uses_per_member,"
            " total_uses, taken, first_day, last_day, valid_for, member_bound, archived, created_at, updated_at)"
            " values (%(organisation_id)s, %(programme_id)s, %(code)s, %(name)s, %(terms)s, %(most_uses)s,"
            " %(uses_per_member)s, %(total_uses)s, 0, %(first_day)s, %(last_day)s, %(valid_for)s, %(bound)s,"
            " %(archived)s, %(now)s, %(now)s) on conflict (programme_id, code) do nothing returning id"
        )
    else:
        # A limit that is new counts what was there before; whoever uses a code meanwhile waits for this row.
        statement = (
            "update vouchers_pool set name = %(name)s, terms = %(terms)s, most_uses = %(most_uses)s,"
            " uses_per_member = %(uses_per_member)s, total_uses = %(total_uses)s, first_day = %(first_day)s,"
            " last_day = %(last_day)s, valid_for = %(valid_for)s, member_bound = %(bound)s, archived = %(archived)s,"
            " updated_at = %(now)s, taken = (select coalesce(sum(uses + reserved), 0) from vouchers_code"
            " where pool_id = %(id)s) where programme_id = %(programme_id)s and id = %(id)s returning id"
        )
    if pool_id is not None:
        conn.execute("select 1 from vouchers_pool where id = %s for update", [pool_id])
    row = conn.execute(statement, values).fetchone()
    if row is None and pool_id is None:
        raise Conflict(
            "voucher_pool_code_in_use",
            "There is a voucher pool of that code",
            detail=f"The programme already has a voucher pool {draft.code!r}.",
            remedy="Choose another code, or change the pool that is there.",
            field="code",
        )
    if row is None:
        raise PoolNotFound(pool_id)
    return pool_by_code(conn, programme_id=programme_id, code=draft.code)


def generate_codes(
    conn: psycopg.Connection[Any],
    pool: Pool,
    *,
    count: int,
    short: bool,
    last_day: date | None,
    organisation_id: int,
    now: datetime,
    by: str,
) -> Batch:
    """Draws codes that nobody had before. last_day: of these codes."""
    kind = BatchKind.short if short else BatchKind.generated
    batch = _new_batch(conn, pool, kind, count, organisation_id=organisation_id, now=now, by=by)
    missing = count
    while missing:
        drawn = set(new_codes(missing, letters=SHORT if short else LONG))
        rows = sorted((bucket_of_text(form), form) for form in drawn)
        missing -= _add(conn, pool, batch, rows, None, last_day=last_day, organisation_id=organisation_id, now=now)
    return batch


def import_codes(
    conn: psycopg.Connection[Any],
    pool: Pool,
    codes: Sequence[tuple[str, str | None]],
    *,
    last_day: date | None,
    organisation_id: int,
    now: datetime,
    by: str,
) -> Batch:
    """Takes codes that others drew: each in the form in which it is kept, and as written where that differs.

    Raises Conflict where one of them came to be meanwhile.
    """
    batch = _new_batch(conn, pool, BatchKind.imported, len(codes), organisation_id=organisation_id, now=now, by=by)
    rows = sorted((bucket_of_text(form), form) for form, _ in codes)
    written = dict(codes)
    texts = [written[form] for _, form in rows]
    added = _add(conn, pool, batch, rows, texts, last_day=last_day, organisation_id=organisation_id, now=now)
    if added != len(codes):
        raise Conflict(
            "code_in_use",
            "Some of the codes came to be meanwhile",
            detail=f"{len(codes) - added} of {len(codes)} codes are in the programme by now.",
            remedy="Check the list again, then import it.",
        )
    return batch


def _new_batch(
    conn: psycopg.Connection[Any],
    pool: Pool,
    kind: BatchKind,
    count: int,
    *,
    organisation_id: int,
    now: datetime,
    by: str,
) -> Batch:
    row = conn.execute(
        "insert into vouchers_batch (organisation_id, programme_id, pool_id, kind, codes, made_at, by_whom)"
        " values (%s, %s, %s, %s, %s, %s, %s) returning id",
        (organisation_id, pool.programme_id, pool.id, int(kind), count, now, by),
    ).fetchone()
    if row is None:
        raise RuntimeError("an insert returned nothing")
    return Batch(row[0], pool.id, kind, count, now, by)


def _add(
    conn: psycopg.Connection[Any],
    pool: Pool,
    batch: Batch,
    rows: Sequence[tuple[int, str]],
    texts: Sequence[str | None] | None,
    *,
    last_day: date | None,
    organisation_id: int,
    now: datetime,
) -> int:
    """One statement for all of them; how many were new."""
    written = [None if each is None else each.encode() for each in texts or [None] * len(rows)]
    return conn.execute(
        "insert into vouchers_code (bucket, programme_id, code, organisation_id, pool_id, batch_id, state, most_uses,"
        " uses, reserved, issued_at, last_day, shown)"
        " select b, %s, c, %s, %s, %s, 1, %s, 0, 0, %s, %s, s"
        " from unnest(%b::smallint[], %b::text[], %b::text[]) as k (b, c, s) on conflict do nothing",
        (
            pool.programme_id, organisation_id, pool.id, batch.id, pool.most_uses, now, last_day,
            SmallIntArray([bucket for bucket, _ in rows]), TextArray([form.encode() for _, form in rows]),
            TextArray(written),
        ),
    ).rowcount  # fmt: skip


def give_code(
    conn: psycopg.Connection[Any], pool: Pool, *, member_id: UUID, last_day: date | None, today: date
) -> Voucher:
    """Takes one code out of the pool for the member; nobody else gets it. Raises PoolEmpty.

    last_day: of the code from now on, unless its own is earlier.
    """
    row = conn.execute(
        # Materialized: a join may ask the part again, and each time it would lock, and give, another code.
        "with free as materialized (select bucket, programme_id, code from vouchers_code"
        "  where pool_id = %(pool)s and state = 1 and member_id is null and uses = 0 and reserved = 0"
        "  and (last_day is null or last_day >= %(today)s) limit 1 for update skip locked)"
        " update vouchers_code c set member_id = %(member)s, last_day = least(c.last_day, %(last_day)s) from free"
        " where (c.bucket, c.programme_id, c.code) = (free.bucket, free.programme_id, free.code) returning c.code",
        {"member": member_id, "last_day": last_day, "pool": pool.id, "today": today},
    ).fetchone()
    if row is None:
        raise PoolEmpty(pool.name)
    return vouchers_by_code(conn, programme_id=pool.programme_id, forms=[row[0]])[row[0]]


def issue_voucher(
    conn: psycopg.Connection[Any],
    *,
    redemption_id: UUID,
    organisation_id: int,
    programme_id: int,
    member_id: UUID,
    last_day: date | None,
    now: datetime,
    terms: dict[str, Any],
) -> str:
    """Makes a code for a granted redemption, that works once; the code as people read it. terms: what it gives."""
    (form,) = new_codes(1)
    conn.execute(
        "insert into vouchers_code (bucket, programme_id, code, organisation_id, redemption_id, member_id, state,"
        " most_uses, uses, reserved, issued_at, last_day, terms)"
        " values (%s, %s, %s, %s, %s, %s, 1, 1, 0, 0, %s, %s, %s)",
        (
            bucket_of_text(form), programme_id, form, organisation_id, redemption_id, member_id, now, last_day,
            Jsonb(terms),
        ),
    )  # fmt: skip
    return grouped(form)


def end_voucher(
    conn: psycopg.Connection[Any],
    *,
    redemption_id: UUID,
    state: VoucherState,
    organisation_id: int,
    programme_id: int,
    now: datetime,
) -> bool:
    """Makes the code of a redemption used, by hand, or void; False when there is no valid one that nobody reserved."""
    found = vouchers_of_redemptions(conn, redemption_ids=[redemption_id]).get(redemption_id)
    if found is None:
        return False
    used = state is VoucherState.used
    done = conn.execute(
        "update vouchers_code set state = %s, uses = uses + %s, ended_at = %s"
        " where bucket = %s and programme_id = %s and code = %s and state = 1 and reserved = 0",
        (int(state), int(used), now, found.bucket, programme_id, found.code),
    )
    if done.rowcount == 1 and used:
        record_uses(
            conn, [(found, 0)], found.member_id, None, UseState.used,
            organisation_id=organisation_id, programme_id=programme_id, now=now,
        )  # fmt: skip
    return done.rowcount == 1


def void_code(conn: psycopg.Connection[Any], voucher: Voucher, *, programme_id: int, now: datetime) -> bool:
    """Makes a code void; False when it was void, or used up, by now."""
    done = conn.execute(
        "update vouchers_code set state = 3, ended_at = %s"
        " where bucket = %s and programme_id = %s and code = %s and state = 1",
        (now, voucher.bucket, programme_id, voucher.code),
    )
    return done.rowcount == 1


def void_unused(conn: psycopg.Connection[Any], pool: Pool, *, batch_id: int | None, now: datetime) -> int:
    """Makes every code void that was never used and that nobody has reserved; how many."""
    return conn.execute(
        "update vouchers_code set state = 3, ended_at = %s where pool_id = %s and state = 1 and uses = 0"
        " and reserved = 0 and (%s::integer is null or batch_id = %s)",
        (now, pool.id, batch_id, batch_id),
    ).rowcount
