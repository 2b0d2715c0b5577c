"""Reads of what was done with stored value."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.stored_value.contracts import Act, ActKind, MoneyBack, Part, PartKind, Payment

_ACT = """
    select id, programme_id, owner, point_type, kind, amount, bonus, paid_out, reference, of_act, note, day, entry_id,
           bonus_entry_id, created_at, by_whom
    from stored_value_act
"""


def stored_act(conn: psycopg.Connection[Any], *, programme_id: int, act_id: UUID) -> Act | None:
    """One act, or None."""
    row = conn.execute(
        f"{_ACT} where bucket = %s and id = %s and programme_id = %s", (act_id.int & 0xFF, act_id, programme_id)
    ).fetchone()
    return None if row is None else _act(row)


def act_of_reference(conn: psycopg.Connection[Any], *, programme_id: int, key: UUID) -> Act | None:
    """The act that has claimed the reference, or None."""
    row = conn.execute(
        "select act_id from stored_value_reference where bucket = %s and key = %s", (key.int & 0xFF, key)
    ).fetchone()
    return None if row is None else stored_act(conn, programme_id=programme_id, act_id=row[0])


def acts_of(
    conn: psycopg.Connection[Any],
    *,
    owners: Sequence[UUID],
    before: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[Act]:
    """What was done with the accounts, the latest first. before: (created_at, id) of the last of the page before."""
    at, identifier = before or (None, None)
    rows = conn.execute(
        f"{_ACT} where bucket = any(%s::smallint[]) and owner = any(%s)"
        " and (%s::timestamptz is null or (created_at, id) < (%s::timestamptz, %s::uuid))"
        " order by created_at desc, id desc limit %s",
        ([each.int & 0xFF for each in owners], list(owners), at, at, identifier, limit),
    )
    return [_act(row) for row in rows]


def acts_by_id(conn: psycopg.Connection[Any], *, ids: Sequence[UUID]) -> dict[UUID, Act]:
    """Several acts, those that exist."""
    if not ids:
        return {}
    rows = conn.execute(
        f"{_ACT} where bucket = any(%s::smallint[]) and id = any(%s)", ([each.int & 0xFF for each in ids], list(ids))
    )
    return {row[0]: _act(row) for row in rows}


def acts_undoing(conn: psycopg.Connection[Any], act: Act) -> list[Act]:
    """What gave back or paid back of this act, in the order in which it happened."""
    rows = conn.execute(
        f"{_ACT} where bucket = %s and of_act = %s and kind = any(%s) order by created_at, id",
        (act.id.int & 0xFF, act.id, [int(ActKind.give_back), int(ActKind.pay_back)]),
    )
    return [_act(row) for row in rows]


def loaded_on_day(conn: psycopg.Connection[Any], *, owner: UUID, day: date) -> int:
    """What was loaded into the account on a local day."""
    row = conn.execute(
        "select coalesce(sum(amount), 0)::bigint from stored_value_act"
        " where bucket = %s and owner = %s and day = %s and kind = %s",
        (owner.int & 0xFF, owner, day, int(ActKind.load)),
    ).fetchone()
    return int(row[0]) if row else 0


def stopped_by(conn: psycopg.Connection[Any], *, owner: UUID) -> Act | None:
    """Why the account is frozen; None: it is not."""
    row = conn.execute(
        f"{_ACT} where bucket = %s and owner = %s and kind = any(%s) order by created_at desc, id desc limit 1",
        (owner.int & 0xFF, owner, [int(ActKind.freeze), int(ActKind.thaw)]),
    ).fetchone()
    found = None if row is None else _act(row)
    return found if found is not None and found.kind is ActKind.freeze else None


def _act(row: tuple[Any, ...]) -> Act:
    return Act(*(*row[:4], ActKind(row[4]), *row[5:]))


def payment(conn: psycopg.Connection[Any], *, programme_id: int, key: UUID) -> Payment | None:
    """How the order was paid, or None."""
    row = conn.execute(
        "select key, programme_id, member_id, order_number, event, total, parts, created_at, by_whom"
        " from stored_value_payment where bucket = %s and key = %s and programme_id = %s",
        (key.int & 0xFF, key, programme_id),
    ).fetchone()
    return None if row is None else Payment(*(*row[:6], tuple(_part(each) for each in row[6]), *row[7:]))


def money_back_of(conn: psycopg.Connection[Any], paid: Payment) -> list[MoneyBack]:
    """What went back of a payment, in its order."""
    rows = conn.execute(
        "select key, payment, reference, money, value, acts, created_at, by_whom from stored_value_payment_back"
        " where bucket = %s and payment = %s order by created_at, key",
        (paid.key.int & 0xFF, paid.key),
    )
    return [MoneyBack(*(*row[:5], tuple(row[5]), *row[6:])) for row in rows]


def _part(found: dict[str, Any]) -> Part:
    owner, act = found["owner"], found["act"]
    return Part(
        PartKind[found["kind"]], found["amount"], found["points"], UUID(owner) if owner else None,
        UUID(act) if act else None,
    )  # fmt: skip
