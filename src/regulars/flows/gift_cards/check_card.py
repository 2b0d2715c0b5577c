"""Whoever has number and PIN has the card. Wrong answers are counted, and sound the same."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.gift_cards.commands import count_try, lock_card
from regulars.domain.gift_cards.contracts import CardState, GiftCard, WrongPin
from regulars.domain.gift_cards.numbers import fits, is_number
from regulars.domain.gift_cards.queries import card_of_number, pin_of
from regulars.flows.gift_cards.cards import card_purse, found_card
from regulars.kernel.text import digits_of

_NOBODY = UUID(int=0)


def check_card(conn: psycopg.Connection[Any], *, programme_id: int, number: str, pin: str, now: datetime) -> GiftCard:
    """The card with this number and PIN, sold and not ended.

    Raises WrongPin, in the same words and after the same time for a number that does not exist, a wrong PIN, and a
    card that rests. The try is counted, so no transaction may be open that would undo that.
    """
    card_purse(conn, programme_id=programme_id, now=now)
    digits = digits_of(number)
    known = card_of_number(conn, programme_id=programme_id, number=digits) if is_number(digits) else None
    with conn.transaction():
        if known is not None:
            lock_card(conn, known)
        kept, rests = ("", None) if known is None else pin_of(conn, card_id=known)
        right = fits(pin.strip(), kept, card_id=known or _NOBODY)
        if known is not None and (rests is None or rests <= now):
            count_try(conn, card_id=known, right=right, now=now)
        elif known is not None:
            right = False
    if known is None or not right:
        raise WrongPin
    card = found_card(conn, programme_id=programme_id, card_id=known)
    if card.state is CardState.made:
        raise WrongPin
    return card
