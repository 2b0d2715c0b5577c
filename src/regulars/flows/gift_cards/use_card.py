"""Money on a card is spent, comes back, goes back to its source, or is stopped: as in an account of a member."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.stored_value.contracts import Act, ActKind
from regulars.flows.gift_cards.cards import card_purse, held_card
from regulars.flows.stored_value.accounts import clean_reference, earlier_act, reference_key
from regulars.flows.stored_value.freeze_value import stop_or_open
from regulars.flows.stored_value.pay_back_value import pay_back_of
from regulars.flows.stored_value.refusals import without_reason
from regulars.flows.stored_value.spend_value import give_back_of, spend_in_book
from regulars.kernel.text import clean


def spend_card(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    card_id: UUID,
    amount: Decimal,
    reference: str,
    now: datetime,
    by: str,
    currency: str | None = None,
    partly: bool = False,
) -> Act:
    """Pays with the card, wholly or in part. reference, partly: as in spend_value. Raises Refusal."""
    reference = clean_reference(reference)
    with conn.transaction():
        purse = card_purse(conn, programme_id=programme_id, now=now)
        minor = purse.minor(amount, currency=currency)
        held_card(conn, programme_id=programme_id, card_id=card_id)
        key = reference_key(programme_id, ActKind.spend, reference)
        earlier = earlier_act(conn, purse, key, owner=card_id, amount=None if partly else minor)
        if earlier is not None:
            return earlier
        book = purse.open(conn, card_id)
        return spend_in_book(conn, purse, book, card_id, minor, reference=reference, by=by, partly=partly)


def refund_card(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    card_id: UUID,
    act_id: UUID,
    to_source: bool,
    reference: str,
    now: datetime,
    by: str,
    amount: Decimal | None = None,
) -> Act:
    """What was spent is on the card again; or what is left of its payment goes back to_source. Raises Refusal."""
    reference = clean_reference(reference)
    with conn.transaction():
        purse = card_purse(conn, programme_id=programme_id, now=now)
        held_card(conn, programme_id=programme_id, card_id=card_id)
        verb = pay_back_of if to_source else give_back_of
        return verb(conn, purse, card_id, act_id, reference=reference, by=by, amount=amount)


def freeze_card(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    card_id: UUID,
    frozen: bool,
    reason: str,
    now: datetime,
    by: str,
) -> Act | None:
    """Stops the card, or opens it again. As it is already: nothing changes. Raises Refusal without a reason."""
    reason = clean(reason, longest=200, field="reason")
    if not reason:
        raise without_reason()
    with conn.transaction():
        purse = card_purse(conn, programme_id=programme_id, now=now)
        held_card(conn, programme_id=programme_id, card_id=card_id)
        kind = ActKind.freeze if frozen else ActKind.thaw
        return stop_or_open(conn, purse, card_id, kind, reason=reason, by=by)
