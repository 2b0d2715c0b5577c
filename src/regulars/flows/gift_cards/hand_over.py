"""A PIN is drawn when a card is handed over: on paper, on a screen, in a mail. Only its hash is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

from regulars.domain.audit.commands import record_act
from regulars.domain.gift_cards.commands import lock_card, mark_exported, set_pins
from regulars.domain.gift_cards.contracts import CardNotFound, CardState
from regulars.domain.gift_cards.numbers import new_pin, pin_hash
from regulars.domain.gift_cards.queries import batch, cards_of_batch
from regulars.flows.gift_cards.cards import card_purse, found_card
from regulars.flows.gift_cards.refusals import batch_exported, card_not_active
from regulars.kernel.ids import new_id


class HandedOver(NamedTuple):
    """Number and PIN, as they leave."""

    number: str
    pin: str


def draw_pin(conn: psycopg.Connection[Any], *, programme_id: int, card_id: UUID, now: datetime, by: str) -> HandedOver:
    """A new PIN for one card; an older one no longer fits. Whoever mails the card calls it as well."""
    with conn.transaction():
        purse = card_purse(conn, programme_id=programme_id, now=now)
        lock_card(conn, card_id)
        card = found_card(conn, programme_id=programme_id, card_id=card_id)
        if card.state is CardState.ended:
            raise card_not_active(card.state)
        pin = new_pin()
        set_pins(conn, {card.id: pin_hash(pin, card_id=card.id)}, delivered=True)
        _remember(conn, purse.rules.programme.organisation_id, programme_id, "gift_card.pin_drawn", card.id, now, by)
        return HandedOver(card.number, pin)


def export_batch(
    conn: psycopg.Connection[Any], *, programme_id: int, batch_id: UUID, now: datetime, by: str
) -> list[HandedOver]:
    """Numbers and PINs of a batch, once. Raises Conflict the second time."""
    if batch(conn, programme_id=programme_id, batch_id=batch_id) is None:
        raise CardNotFound(batch_id)
    with conn.transaction():
        purse = card_purse(conn, programme_id=programme_id, now=now)
        if not mark_exported(conn, batch_id=batch_id, now=now, by=by):
            raise batch_exported()
        cards = cards_of_batch(conn, batch_id=batch_id)
        pins = {card.id: new_pin() for card in cards}
        set_pins(conn, {each: pin_hash(pin, card_id=each) for each, pin in pins.items()}, delivered=False)
        organisation_id = purse.rules.programme.organisation_id
        _remember(conn, organisation_id, programme_id, "gift_card.batch_exported", batch_id, now, by)
        return [HandedOver(card.number, pins[card.id]) for card in cards]


def _remember(
    conn: psycopg.Connection[Any],
    organisation_id: int,
    programme_id: int,
    action: str,
    subject: UUID,
    now: datetime,
    by: str,
) -> None:
    record_act(
        conn,
        entry_id=new_id(subject.int & 0xFF),
        organisation_id=organisation_id,
        programme_id=programme_id,
        now=now,
        by=by,
        action=action,
        subject=subject,
        details={},
    )
