"""Writes of gift cards. Their money is moved by the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.gift_cards.contracts import MOST_TRIES, RESTS, Batch, CardState, Delivery, GiftCard
from regulars.kernel.ids import bucket_of_text


def record_cards(conn: psycopg.Connection[Any], cards: Sequence[GiftCard], *, organisation_id: int) -> None:
    """Writes new cards and claims their numbers. A number that exists is refused by its key."""
    conn.execute(
        "insert into gift_cards_number (bucket, programme_id, number, organisation_id, card_id)"
        " select k.bucket, %s, k.number, %s, k.id from unnest(%s::smallint[], %s::text[], %s::uuid[])"
        " k(bucket, number, id)",
        (
            cards[0].programme_id, organisation_id, [bucket_of_text(each.number) for each in cards],
            [each.number for each in cards], [each.id for each in cards],
        ),
    )  # fmt: skip
    with conn.cursor() as cursor:
        cursor.executemany(
            "insert into gift_cards_card (bucket, id, organisation_id, programme_id, number, state, amount, batch_id,"
            " email, recipient, sender, greeting, deliver_on, delivery, made_at, made_by)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    each.id.int & 0xFF, each.id, organisation_id, each.programme_id, each.number, int(each.state),
                    each.amount, each.batch_id, each.recipient.email, each.recipient.name, each.recipient.sender,
                    each.recipient.greeting, each.recipient.day, int(each.delivery), each.made_at, each.made_by,
                )
                for each in cards
            ],
        )  # fmt: skip


def record_batch(conn: psycopg.Connection[Any], batch: Batch, *, organisation_id: int, programme_id: int) -> None:
    """Writes a batch; its cards are written by record_cards."""
    conn.execute(
        "insert into gift_cards_batch (bucket, id, organisation_id, programme_id, name, cards, amount, made_at,"
        " made_by) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            batch.id.int & 0xFF, batch.id, organisation_id, programme_id, batch.name, batch.cards, batch.amount,
            batch.made_at, batch.made_by,
        ),
    )  # fmt: skip


def lock_card(conn: psycopg.Connection[Any], card_id: UUID) -> None:
    """Holds the card until the transaction ends; members that the act is about are held before."""
    conn.execute(
        "select 1 from gift_cards_card where bucket = %s and id = %s for no key update", (card_id.int & 0xFF, card_id)
    )


def set_pins(conn: psycopg.Connection[Any], hashes: Mapping[UUID, str], *, delivered: bool) -> None:
    """Keeps the hashes of new PINs; wrong tries are forgotten. delivered: the cards are handed over with it."""
    ids = list(hashes)
    conn.execute(
        "update gift_cards_card c set pin_hash = k.hash, wrong_pins = 0, rests_until = null,"
        " delivery = case when %s and c.delivery = %s then %s else c.delivery end"
        " from unnest(%s::smallint[], %s::uuid[], %s::text[]) k(bucket, id, hash)"
        " where c.bucket = k.bucket and c.id = k.id",
        (
            delivered, int(Delivery.waiting), int(Delivery.done), [each.int & 0xFF for each in ids], ids,
            [hashes[each] for each in ids],
        ),
    )  # fmt: skip


def mark_exported(conn: psycopg.Connection[Any], *, batch_id: UUID, now: datetime, by: str) -> bool:
    """Whether this is the one export of the batch."""
    done = conn.execute(
        "update gift_cards_batch set exported_at = %s, exported_by = %s"
        " where bucket = %s and id = %s and exported_at is null",
        (now, by, batch_id.int & 0xFF, batch_id),
    )
    return done.rowcount == 1


def activate_made(conn: psycopg.Connection[Any], *, card_id: UUID) -> None:
    """A card that was printed is sold. The card is held."""
    conn.execute(
        "update gift_cards_card set state = %s where bucket = %s and id = %s and state = %s",
        (int(CardState.active), card_id.int & 0xFF, card_id, int(CardState.made)),
    )


def end_card(
    conn: psycopg.Connection[Any],
    *,
    card_id: UUID,
    now: datetime,
    by: str,
    replaced_by: UUID | None = None,
    moved_to: UUID | None = None,
) -> None:
    """The card is void from now on. Nothing is on it any more, and it is held."""
    conn.execute(
        "update gift_cards_card set state = %s, ended_at = %s, ended_by = %s, replaced_by = %s, moved_to = %s"
        " where bucket = %s and id = %s and state <> %s",
        (
            int(CardState.ended), now, by, replaced_by, moved_to, card_id.int & 0xFF, card_id, int(CardState.ended),
        ),
    )  # fmt: skip


def count_try(conn: psycopg.Connection[Any], *, card_id: UUID, right: bool, now: datetime) -> None:
    """Remembers a wrong PIN, or forgets them after the right one. The card is held."""
    if right:
        conn.execute(
            "update gift_cards_card set wrong_pins = 0, rests_until = null"
            " where bucket = %s and id = %s and wrong_pins > 0",
            (card_id.int & 0xFF, card_id),
        )
        return
    conn.execute(
        "update gift_cards_card set wrong_pins = wrong_pins + 1,"
        " rests_until = case when (wrong_pins + 1) %% %s = 0 then %s::timestamptz else rests_until end"
        " where bucket = %s and id = %s",
        (MOST_TRIES, now + RESTS, card_id.int & 0xFF, card_id),
    )
