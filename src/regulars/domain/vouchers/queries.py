"""Reads of pools, codes, and what codes gave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

import psycopg

from regulars.domain.vouchers.contracts import (
    Attempts,
    Batch,
    BatchKind,
    Checked,
    CodeSaid,
    OrderOfCodes,
    OrderState,
    Pool,
    PoolCounts,
    PoolNotFound,
    Voucher,
    VoucherState,
)
from regulars.kernel.ids import bucket_of_text

_POOL: LiteralString = """
    select id, programme_id, code, name, terms, most_uses, uses_per_member, total_uses, taken, first_day, last_day,
           valid_for, member_bound, archived, created_at
    from vouchers_pool
"""
_VOUCHER: LiteralString = """
    select bucket, code, shown, pool_id, batch_id, redemption_id, member_id, state, most_uses, uses, reserved,
           issued_at, last_day, terms
    from vouchers_code
"""
_ORDER: LiteralString = """
    select id, source, number, member_id, state, codes, amount_minor, answer, made_at, changed_at, expires_at
    from vouchers_order
"""
_CHOSEN: LiteralString = (
    "(bucket, programme_id, code) in (select b, %s, c from unnest(%s::smallint[], %s::text[]) as k (b, c))"
)
_HELD: LiteralString = " for no key update"
_EXPORTED = 5_000
"""Codes that an export reads at a time."""


def pools(conn: psycopg.Connection[Any], *, programme_id: int) -> list[Pool]:
    """Every pool, the latest first; those that ended last."""
    return [
        Pool(*row)
        for row in conn.execute(f"{_POOL} where programme_id = %s order by archived, id desc", [programme_id])
    ]


def pool_by_code(conn: psycopg.Connection[Any], *, programme_id: int, code: str) -> Pool:
    """One pool. Raises PoolNotFound."""
    row = conn.execute(f"{_POOL} where programme_id = %s and code = %s", (programme_id, code)).fetchone()
    if row is None:
        raise PoolNotFound(code)
    return Pool(*row)


def pools_by_id(
    conn: psycopg.Connection[Any], *, programme_id: int, ids: Sequence[int], lock: bool = False
) -> dict[int, Pool]:
    """Pools by their number. lock: those with a limit for all uses are held, in the order of their numbers.

    It asks for no pool as well: a wrong code takes as long as a right one.
    """
    if lock:
        conn.execute(
            "select 1 from vouchers_pool where id = any(%s) and total_uses is not null order by id for no key update",
            [list(ids)],
        )
    rows = conn.execute(f"{_POOL} where programme_id = %s and id = any(%s)", (programme_id, list(ids)))
    return {row[0]: Pool(*row) for row in rows}


def counts_of(conn: psycopg.Connection[Any], *, programme_id: int) -> dict[int, PoolCounts]:
    """How many codes every pool has, by what became of them."""
    rows = conn.execute(
        "select pool_id, count(*)::integer, count(*) filter (where state = 1 and member_id is null)::integer,"
        " count(*) filter (where state = 1 and member_id is not null)::integer,"
        " count(*) filter (where state = 2)::integer, count(*) filter (where state = 3)::integer,"
        " coalesce(sum(uses), 0)::integer"
        " from vouchers_code where programme_id = %s and pool_id is not null group by pool_id",
        [programme_id],
    )
    return {row[0]: PoolCounts(*row[1:]) for row in rows}


def batches_of(conn: psycopg.Connection[Any], *, pool_id: int) -> list[Batch]:
    """The batches of a pool, the latest first."""
    rows = conn.execute(
        "select id, pool_id, kind, codes, made_at, by_whom from vouchers_batch where pool_id = %s order by id desc",
        [pool_id],
    )
    return [Batch(row[0], row[1], BatchKind(row[2]), *row[3:]) for row in rows]


def vouchers_by_code(
    conn: psycopg.Connection[Any], *, programme_id: int, forms: Iterable[str], lock: bool = False
) -> dict[str, Voucher]:
    """Codes in the form in which they are kept. lock: they are held, always in the same order."""
    wanted = sorted({(bucket_of_text(form), form) for form in forms})
    rows = conn.execute(
        f"{_VOUCHER} where {_CHOSEN} order by bucket, code{_HELD if lock else ''}",
        (programme_id, [bucket for bucket, _ in wanted], [form for _, form in wanted]),
    )
    return {row[1]: _voucher(row) for row in rows}


def vouchers_of_redemptions(conn: psycopg.Connection[Any], *, redemption_ids: Sequence[UUID]) -> dict[UUID, Voucher]:
    """The codes that redemptions gave, by redemption."""
    if not redemption_ids:
        return {}
    rows = conn.execute(f"{_VOUCHER} where redemption_id = any(%s)", [list(redemption_ids)])
    return {row[5]: _voucher(row) for row in rows}


def vouchers_of_member(conn: psycopg.Connection[Any], *, member_ids: Sequence[UUID], limit: int = 100) -> list[Voucher]:
    """Codes of pools that were given to a member, the latest first."""
    rows = conn.execute(
        f"{_VOUCHER} where member_id = any(%s) and pool_id is not null order by issued_at desc, code limit %s",
        (list(member_ids), limit),
    )
    return [_voucher(row) for row in rows]


def uses_by_member(
    conn: psycopg.Connection[Any], *, pool_ids: Sequence[int], member_ids: Sequence[UUID]
) -> dict[int, int]:
    """How often these members have used, or reserved, codes of each pool; asked of none as well."""
    rows = conn.execute(
        "select pool_id, count(*)::integer from vouchers_use where pool_id = any(%s) and member_id = any(%s)"
        " and state in (1, 2) group by pool_id",
        (list(pool_ids), list(member_ids)),
    )
    return dict(rows.fetchall())


def order_of_codes(
    conn: psycopg.Connection[Any], *, programme_id: int, source: str, number: str, lock: bool = False
) -> OrderOfCodes | None:
    """What codes gave on an order, or None."""
    row = conn.execute(
        f"{_ORDER} where bucket = %s and programme_id = %s and source = %s and number = %s{_HELD if lock else ''}",
        (bucket_of_order(source, number), programme_id, source, number),
    ).fetchone()
    return None if row is None else _order(row)


def order_by_id(conn: psycopg.Connection[Any], *, programme_id: int, order_id: UUID) -> OrderOfCodes | None:
    """The same by its id."""
    row = conn.execute(
        f"{_ORDER} where bucket = %s and id = %s and programme_id = %s", (order_id.int & 0xFF, order_id, programme_id)
    ).fetchone()
    return None if row is None else _order(row)


def orders_due(
    conn: psycopg.Connection[Any], *, programme_id: int, now: datetime, limit: int, lock: bool = False
) -> list[OrderOfCodes]:
    """Reservations whose time is over. lock: they are held, without those that somebody else is at."""
    rows = conn.execute(
        f"{_ORDER} where programme_id = %s and state = 1 and expires_at <= %s order by expires_at limit %s"
        f"{_HELD + ' skip locked' if lock else ''}",
        (programme_id, now, limit),
    )
    return [_order(row) for row in rows]


def known_forms(conn: psycopg.Connection[Any], *, programme_id: int, forms: Sequence[str]) -> set[str]:
    """Which of these codes there are already."""
    rows = conn.execute(
        f"select code from vouchers_code where {_CHOSEN}",  # noqa: S608  # a text of our own
        (programme_id, [bucket_of_text(form) for form in forms], list(forms)),
    )
    return {form for (form,) in rows}


def orders_with_code(
    conn: psycopg.Connection[Any], *, programme_id: int, code: str
) -> list[tuple[datetime, int, int, str]]:
    """The uses of a code, the latest first: when, in which state, how much it gave, and the number of the order."""
    rows = conn.execute(
        "select u.at, u.state, u.amount_minor, u.order_id from vouchers_use u"
        " where u.bucket = %s and u.programme_id = %s and u.code = %s order by u.at desc limit 50",
        (bucket_of_text(code), programme_id, code),
    ).fetchall()
    ids = [row[3] for row in rows if row[3] is not None]
    numbers = dict(
        conn.execute(
            "select id, number from vouchers_order where bucket = any(%s::smallint[]) and id = any(%s)",
            ([each.int & 0xFF for each in ids], ids),
        ).fetchall()
    )
    return [(at, state, amount, numbers.get(order, "")) for at, state, amount, order in rows]


def uses_by_day(
    conn: psycopg.Connection[Any], *, pool_id: int, since: datetime, until: datetime, time_zone: str
) -> dict[date, int]:
    """How many codes of a pool were used on each local day."""
    rows = conn.execute(
        "select (at at time zone %s)::date, count(*)::integer from vouchers_use"
        " where pool_id = %s and at >= %s and at < %s and state = 2 group by 1",
        (time_zone, pool_id, since, until),
    )
    return dict(rows.fetchall())


def exported(conn: psycopg.Connection[Any], *, pool_id: int, batch_id: int | None = None) -> Iterator[list[Voucher]]:
    """The codes of a pool, or of one of its batches, in parts: so that nothing has to be held whole."""
    with conn.transaction(), conn.cursor(name="voucher_codes") as cursor:
        cursor.execute(
            f"{_VOUCHER} where pool_id = %s and (%s::integer is null or batch_id = %s)", (pool_id, batch_id, batch_id)
        )
        while rows := cursor.fetchmany(_EXPORTED):
            yield [_voucher(row) for row in rows]


def wrong_codes(
    conn: psycopg.Connection[Any], *, programme_id: int, now: datetime, days: int = 7, limit: int = 50
) -> list[Attempts]:
    """Who tried wrong codes in the last days, most of them first."""
    rows = conn.execute(
        "select kind, shown, short, sum(attempts)::integer, max(window_at) from vouchers_attempt"
        " where programme_id = %s and window_at > %s group by kind, who, shown, short"
        " order by 4 desc, 5 desc limit %s",
        (programme_id, now - timedelta(days=days), limit),
    )
    return [Attempts(*row) for row in rows]


def attempts_of(
    conn: psycopg.Connection[Any], *, programme_id: int, who: Sequence[tuple[str, UUID]], window_at: datetime
) -> dict[tuple[str, bool], int]:
    """Wrong codes of these in the window, by kind and whether they were short."""
    rows = conn.execute(
        "select kind, short, attempts from vouchers_attempt where bucket = any(%s::smallint[]) and programme_id = %s"
        " and who = any(%s) and window_at = %s",
        ([each.int & 0xFF for _, each in who], programme_id, [each for _, each in who], window_at),
    )
    return {(kind, short): attempts for kind, short, attempts in rows}


def bucket_of_order(source: str, number: str) -> int:
    """Where what codes gave on an order lies."""
    return bucket_of_text(f"{source}\0{number}")


def _voucher(row: tuple[Any, ...]) -> Voucher:
    return Voucher(*(*row[:7], VoucherState(row[7]), *row[8:]))


def _order(row: tuple[Any, ...]) -> OrderOfCodes:
    answer = row[7]
    said = tuple(CodeSaid(each[0], each[1], tuple(each[2]), each[3], each[4]) for each in answer["said"])
    checked = Checked(said, row[6], tuple(answer["lines"]), answer["shipping"])
    return OrderOfCodes(row[0], row[1], row[2], row[3], OrderState(row[4]), tuple(row[5]), row[6], checked, *row[8:])
