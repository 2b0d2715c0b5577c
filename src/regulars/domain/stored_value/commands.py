"""Writes of what was done with stored value. The money itself is moved by the ledger."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from regulars.domain.stored_value.contracts import Act, MoneyBack, Part, Payment


def record_stored_act(conn: psycopg.Connection[Any], act: Act, *, organisation_id: int) -> None:
    """Appends one act. The owner's book must be open."""
    conn.execute(
        "insert into stored_value_act (bucket, id, organisation_id, programme_id, owner, point_type, kind, amount,"
        " bonus, paid_out, reference, of_act, note, day, entry_id, bonus_entry_id, created_at, by_whom)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            act.id.int & 0xFF, act.id, organisation_id, act.programme_id, act.owner, act.point_type, int(act.kind),
            act.amount, act.bonus, act.paid_out, act.reference, act.of, act.note, act.day, act.entry_id,
            act.bonus_entry_id, act.created_at, act.by,
        ),
    )  # fmt: skip


def claim_reference(conn: psycopg.Connection[Any], *, key: UUID, organisation_id: int, act_id: UUID) -> bool:
    """Whether the reference is this act's from now on; False: another act has it, which is committed by then."""
    done = conn.execute(
        "insert into stored_value_reference (bucket, key, organisation_id, act_id) values (%s, %s, %s, %s)"
        " on conflict (bucket, key) do nothing",
        (key.int & 0xFF, key, organisation_id, act_id),
    )
    return done.rowcount == 1


def count_by_staff(
    conn: psycopg.Connection[Any], *, organisation_id: int, programme_id: int, by: str, day: date, amount: int
) -> int:
    """Counts what one operator loads on a local day; the sum with it. The row is locked until the end."""
    row = conn.execute(
        "insert into stored_value_staff_day as s (programme_id, by_whom, day, organisation_id, amount)"
        " values (%s, %s, %s, %s, %s) on conflict (programme_id, by_whom, day)"
        " do update set amount = s.amount + excluded.amount returning amount",
        (programme_id, by, day, organisation_id, amount),
    ).fetchone()
    assert row is not None
    return int(row[0])


def record_payment(conn: psycopg.Connection[Any], paid: Payment, *, organisation_id: int) -> bool:
    """Appends how an order was paid; False: an order of that number was paid before."""
    done = conn.execute(
        "insert into stored_value_payment (bucket, key, organisation_id, programme_id, member_id, order_number, event,"
        " total, parts, created_at, by_whom) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " on conflict (bucket, key) do nothing",
        (
            paid.key.int & 0xFF, paid.key, organisation_id, paid.programme_id, paid.member_id, paid.order_number,
            paid.event, paid.total, Jsonb([_plain(each) for each in paid.parts]), paid.created_at, paid.by,
        ),
    )  # fmt: skip
    return done.rowcount == 1


def record_money_back(conn: psycopg.Connection[Any], back: MoneyBack, *, organisation_id: int) -> None:
    """Appends what went back. The payment's member must be held."""
    conn.execute(
        "insert into stored_value_payment_back (bucket, payment, key, organisation_id, reference, money, value, acts,"
        " created_at, by_whom) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            back.payment.int & 0xFF, back.payment, back.key, organisation_id, back.reference, back.money, back.value,
            list(back.acts), back.created_at, back.by,
        ),
    )  # fmt: skip


def _plain(part: Part) -> dict[str, Any]:
    return {
        "kind": part.kind.name, "amount": part.amount, "points": part.points,
        "owner": part.owner and str(part.owner), "act": part.act and str(part.act),
    }  # fmt: skip
