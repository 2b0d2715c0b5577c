"""Writes of what codes gave on orders: reserved, used, given back. How often a code works is guarded by its row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from regulars.domain.vouchers.contracts import Checked, OrderOfCodes, OrderState, UseState, Voucher
from regulars.domain.vouchers.queries import bucket_of_order
from regulars.kernel.ids import new_id


def claim_order(
    conn: psycopg.Connection[Any],
    *,
    source: str,
    number: str,
    organisation_id: int,
    programme_id: int,
    now: datetime,
    by: str,
) -> None:
    """Makes room for what codes give on this order, so that two who are at it are decided one after another."""
    bucket = bucket_of_order(source, number)
    conn.execute(
        "insert into vouchers_order (bucket, id, organisation_id, programme_id, source, number, state, codes,"
        " amount_minor, answer, made_at, changed_at, by_whom)"
        " values (%s, %s, %s, %s, %s, %s, 3, '{}', 0, %s, %s, %s, %s)"
        " on conflict (bucket, programme_id, source, number) do nothing",
        (
            bucket, new_id(bucket), organisation_id, programme_id, source, number,
            Jsonb({"said": [], "lines": [], "shipping": 0}), now, now, by,
        ),
    )  # fmt: skip


def write_order(
    conn: psycopg.Connection[Any],
    order: OrderOfCodes,
    *,
    member_id: UUID | None,
    vouchers: Sequence[Voucher],
    checked: Checked,
    state: OrderState,
    expires_at: datetime | None,
    organisation_id: int,
    programme_id: int,
    now: datetime,
    by: str,
) -> None:
    """Reserves or uses these codes for the order, which is held. vouchers: those that give something, in the order of
    the codes, and held as well; checked: what all of them say."""
    gave = [each.amount for each in checked.said if each.amount]
    answer = {
        "said": [[each.code, each.amount, list(each.shares), each.shipping, each.why] for each in checked.said],
        "lines": list(checked.lines),
        "shipping": checked.shipping,
    }
    conn.execute(
        "update vouchers_order set member_id = %s, state = %s, codes = %s, amount_minor = %s, answer = %s,"
        " changed_at = %s, expires_at = %s, by_whom = %s where bucket = %s and id = %s",
        (
            member_id, int(state), [each.code for each in vouchers], checked.amount, Jsonb(answer), now, expires_at,
            by, order.id.int & 0xFF, order.id,
        ),
    )  # fmt: skip
    used = state is OrderState.used
    conn.execute(
        "update vouchers_code set uses = uses + %(used)s, reserved = reserved + %(held)s, state = case"
        " when uses + %(used)s >= most_uses then 2 else state end,"
        " ended_at = case when uses + %(used)s >= most_uses then %(now)s else ended_at end"
        " where (bucket, programme_id, code) in (select b, %(programme)s, c"
        " from unnest(%(buckets)s::smallint[], %(codes)s::text[]) as k (b, c))",
        {
            "used": int(used), "held": int(not used), "now": now, "programme": programme_id,
            "buckets": [each.bucket for each in vouchers], "codes": [each.code for each in vouchers],
        },
    )  # fmt: skip
    _count_pools(conn, [each.pool_id for each in vouchers], 1)
    record_uses(
        conn, list(zip(vouchers, gave, strict=True)), member_id, order.id, UseState.used if used else UseState.reserved,
        organisation_id=organisation_id, programme_id=programme_id, now=now,
    )  # fmt: skip


def undo_order(
    conn: psycopg.Connection[Any],
    order: OrderOfCodes,
    vouchers: Sequence[Voucher],
    *,
    to: OrderState,
    programme_id: int,
    now: datetime,
) -> None:
    """Lets go of reserved codes, or gives used ones back. order, vouchers: held; vouchers: all of the order's codes."""
    was = UseState.reserved if order.state is OrderState.reserved else UseState.used
    used = was is UseState.used
    buckets, codes = [each.bucket for each in vouchers], [each.code for each in vouchers]
    conn.execute(
        "update vouchers_code set uses = uses - %(used)s, reserved = reserved - %(held)s,"
        " state = case when state = 2 and %(used)s = 1 then 1 else state end,"
        " ended_at = case when state = 2 and %(used)s = 1 then null else ended_at end"
        " where (bucket, programme_id, code) in (select b, %(programme)s, c"
        " from unnest(%(buckets)s::smallint[], %(codes)s::text[]) as k (b, c))",
        {
            "used": int(used), "held": int(not used), "programme": programme_id, "buckets": buckets, "codes": codes,
        },
    )  # fmt: skip
    _count_pools(conn, [each.pool_id for each in vouchers], -1)
    conn.execute(
        "update vouchers_use set state = 3, changed_at = %s where bucket = any(%s::smallint[]) and programme_id = %s"
        " and code = any(%s) and order_id = %s and state = %s",
        (now, buckets, programme_id, codes, order.id, int(was)),
    )
    conn.execute(
        "update vouchers_order set state = %s, changed_at = %s, expires_at = null where bucket = %s and id = %s",
        (int(to), now, order.id.int & 0xFF, order.id),
    )


def bind_codes(
    conn: psycopg.Connection[Any], vouchers: Sequence[Voucher], *, member_id: UUID, programme_id: int
) -> None:
    """Codes of nobody belong to the member from now on."""
    conn.execute(
        "update vouchers_code set member_id = %s where (bucket, programme_id, code) in"
        " (select b, %s, c from unnest(%s::smallint[], %s::text[]) as k (b, c)) and member_id is null",
        (member_id, programme_id, [each.bucket for each in vouchers], [each.code for each in vouchers]),
    )


def _count_pools(conn: psycopg.Connection[Any], pool_ids: Sequence[int | None], step: int) -> None:
    """Of pools with a limit for all uses, which are held; of others nothing is counted, so that no row is hot."""
    for pool_id in sorted({each for each in pool_ids if each is not None}):
        conn.execute(
            "update vouchers_pool set taken = taken + %s where id = %s and total_uses is not null",
            (step * pool_ids.count(pool_id), pool_id),
        )


def record_uses(
    conn: psycopg.Connection[Any],
    gave: Sequence[tuple[Voucher, int]],
    member_id: UUID | None,
    order_id: UUID | None,
    state: UseState,
    *,
    organisation_id: int,
    programme_id: int,
    now: datetime,
) -> None:
    """Writes down what each code gave, in minor units. order_id: None where it was used by hand."""
    with conn.cursor() as cursor:
        cursor.executemany(
            "insert into vouchers_use (bucket, id, organisation_id, programme_id, code, pool_id, member_id, order_id,"
            " amount_minor, state, at, changed_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    each.bucket, new_id(each.bucket), organisation_id, programme_id, each.code, each.pool_id,
                    member_id, order_id, amount, int(state), now, now,
                )
                for each, amount in gave
            ],
        )  # fmt: skip
