"""A gift card, held for one act on its money."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.gift_cards.commands import lock_card
from regulars.domain.gift_cards.contracts import CardNotFound, CardState, GiftCard
from regulars.domain.gift_cards.queries import gift_card
from regulars.flows.gift_cards.refusals import card_not_active, no_cards
from regulars.flows.stored_value.accounts import Purse, purse_of


def card_purse(conn: psycopg.Connection[Any], *, programme_id: int, now: datetime) -> Purse:
    """What holds now. Raises NotAllowed where the programme has no stored value, or no cards."""
    purse = purse_of(conn, programme_id=programme_id, now=now)
    if not purse.terms.cards:
        raise no_cards()
    return purse


def found_card(conn: psycopg.Connection[Any], *, programme_id: int, card_id: UUID) -> GiftCard:
    """The card. Raises CardNotFound."""
    found = gift_card(conn, programme_id=programme_id, card_id=card_id)
    if found is None:
        raise CardNotFound(card_id)
    return found


def held_card(
    conn: psycopg.Connection[Any], *, programme_id: int, card_id: UUID, state: CardState = CardState.active
) -> GiftCard:
    """The card as it stands, held until the transaction ends. Raises Conflict unless it is in that state."""
    lock_card(conn, card_id)
    found = found_card(conn, programme_id=programme_id, card_id=card_id)
    if found.state is not state:
        raise card_not_active(found.state)
    return found
