"""Reads of gift cards."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.gift_cards.contracts import Batch, CardState, Delivery, GiftCard, Recipient
from regulars.kernel.ids import bucket_of_text

_CARD = """
    select c.id, c.programme_id, c.number, c.state, c.amount, c.batch_id, c.pin_hash <> '', c.email, c.recipient,
           c.sender, c.greeting, c.deliver_on, c.delivery, c.replaced_by, c.moved_to, c.made_at, c.made_by, c.ended_at
    from gift_cards_card c
"""
_BATCH = "select id, name, cards, amount, made_at, made_by, exported_at from gift_cards_batch"


def gift_card(conn: psycopg.Connection[Any], *, programme_id: int, card_id: UUID) -> GiftCard | None:
    """One card, or None."""
    row = conn.execute(
        f"{_CARD} where c.bucket = %s and c.id = %s and c.programme_id = %s",
        (card_id.int & 0xFF, card_id, programme_id),
    ).fetchone()
    return None if row is None else _card(row)


def card_of_number(conn: psycopg.Connection[Any], *, programme_id: int, number: str) -> UUID | None:
    """The id of the card with that number, or None."""
    row = conn.execute(
        "select card_id from gift_cards_number where bucket = %s and programme_id = %s and number = %s",
        (bucket_of_text(number), programme_id, number),
    ).fetchone()
    return None if row is None else row[0]


def pin_of(conn: psycopg.Connection[Any], *, card_id: UUID) -> tuple[str, datetime | None]:
    """(the hash of its PIN, until when it rests after wrong tries); an empty hash fits nothing."""
    row = conn.execute(
        "select pin_hash, rests_until from gift_cards_card where bucket = %s and id = %s",
        (card_id.int & 0xFF, card_id),
    ).fetchone()
    return ("", None) if row is None else (row[0], row[1])


def gift_cards(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    sought: str = "",
    batch_id: UUID | None = None,
    before: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[GiftCard]:
    """Cards, the latest first. sought: the end of a number, or the recipient's mail address."""
    at, identifier = before or (None, None)
    digits = "".join(each for each in sought if each.isdecimal())
    rows = conn.execute(
        f"{_CARD} where c.programme_id = %s and (%s = '' or (%s <> '' and c.number like %s) or c.email = %s)"
        " and (%s::uuid is null or c.batch_id = %s)"
        " and (%s::timestamptz is null or (c.made_at, c.id) < (%s::timestamptz, %s::uuid))"
        " order by c.made_at desc, c.id desc limit %s",
        (
            programme_id, sought, digits, f"%{digits}", sought.casefold(), batch_id, batch_id, at, at, identifier,
            limit,
        ),
    )  # fmt: skip
    return [_card(row) for row in rows]


def cards_of_batch(conn: psycopg.Connection[Any], *, batch_id: UUID) -> list[GiftCard]:
    """Every card of a batch, in the order of their numbers."""
    return [_card(row) for row in conn.execute(f"{_CARD} where c.batch_id = %s order by c.number", [batch_id])]


def batches(conn: psycopg.Connection[Any], *, programme_id: int, limit: int = 50) -> list[Batch]:
    """Batches, the latest first."""
    rows = conn.execute(f"{_BATCH} where programme_id = %s order by made_at desc, id limit %s", (programme_id, limit))
    return [Batch(*row) for row in rows]


def batch(conn: psycopg.Connection[Any], *, programme_id: int, batch_id: UUID) -> Batch | None:
    """One batch, or None."""
    row = conn.execute(
        f"{_BATCH} where bucket = %s and id = %s and programme_id = %s", (batch_id.int & 0xFF, batch_id, programme_id)
    ).fetchone()
    return None if row is None else Batch(*row)


def deliveries_due(conn: psycopg.Connection[Any], *, programme_id: int, today: date, limit: int) -> list[GiftCard]:
    """Cards that wait to be mailed and whose day has come, for whoever sends mail."""
    rows = conn.execute(
        f"{_CARD} where c.programme_id = %s and c.delivery = %s and c.state = %s and c.deliver_on <= %s"
        " order by c.deliver_on, c.id limit %s",
        (programme_id, int(Delivery.waiting), int(CardState.active), today, limit),
    )
    return [_card(row) for row in rows]


def _card(row: tuple[Any, ...]) -> GiftCard:
    email, name, sender, greeting, day = row[7:12]
    return GiftCard(
        *row[:3], CardState(row[3]), *row[4:7], Recipient(email, name, sender, greeting, day), Delivery(row[12]),
        *row[13:],
    )  # fmt: skip
