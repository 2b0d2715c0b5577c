"""Gift cards are made: one that is paid for, or a batch that a shop sells later, card by card."""

from __future__ import annotations

import secrets
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.gift_cards.commands import activate_made, lock_card, record_batch, record_cards
from regulars.domain.gift_cards.contracts import Batch, CardNotFound, CardState, Delivery, GiftCard, Recipient
from regulars.domain.gift_cards.numbers import new_number
from regulars.domain.stored_value.contracts import ActKind
from regulars.domain.stored_value.queries import act_of_reference
from regulars.flows.gift_cards.cards import card_purse, found_card
from regulars.flows.gift_cards.refusals import bad_batch, bad_delivery, card_not_active, card_sold
from regulars.flows.stored_value.accounts import Deed, Purse, clean_reference, conclude, reference_key
from regulars.flows.stored_value.load_value import check_load, count_staff, paid_in
from regulars.flows.stored_value.refusals import reference_used
from regulars.kernel.ids import new_id
from regulars.kernel.text import clean, email_form

MOST_CARDS = 1_000
LONGEST_NAME = 120
LONGEST_GREETING = 500


def issue_card(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    amount: Decimal,
    reference: str,
    now: datetime,
    by: str,
    currency: str | None = None,
    recipient: Recipient | None = None,
    by_staff: bool = False,
) -> GiftCard:
    """Sells one card; it is active at once. reference: of its payment, which buys one card.

    recipient: who gets it by mail; its PIN is drawn when it is handed over. Raises Refusal; nothing is written then.
    """
    reference = clean_reference(reference)
    with conn.transaction():
        purse = card_purse(conn, programme_id=programme_id, now=now)
        minor = purse.minor(amount, currency=currency)
        wanted = _recipient(recipient or Recipient(), purse)
        key = reference_key(programme_id, ActKind.load, reference)
        earlier = act_of_reference(conn, programme_id=programme_id, key=key)
        if earlier is not None:
            return _repeated(conn, purse, earlier.owner, minor, wanted, reference)
        check_load(purse, minor)
        card = _made(purse, new_id(_bucket()), minor, CardState.active, by, wanted)
        record_cards(conn, [card], organisation_id=purse.rules.programme.organisation_id)
        _sell(conn, purse, card, reference, by=by, by_staff=by_staff)
        return found_card(conn, programme_id=programme_id, card_id=card.id)


def issue_batch(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    name: str,
    cards: int,
    amount: Decimal,
    now: datetime,
    by: str,
) -> Batch:
    """Makes cards for a shop: nothing is on them until each is sold. Raises Refusal; nothing is written then."""
    name = clean(name, longest=LONGEST_NAME, field="name")
    if not 1 <= cards <= MOST_CARDS:
        raise bad_batch(cards, MOST_CARDS)
    with conn.transaction():
        purse = card_purse(conn, programme_id=programme_id, now=now)
        minor = purse.minor(amount)
        check_load(purse, minor)
        made = Batch(new_id(_bucket()), name, cards, minor, now, by, None)
        place = {"organisation_id": purse.rules.programme.organisation_id}
        record_batch(conn, made, programme_id=programme_id, **place)
        new = [
            _made(purse, new_id(_bucket()), minor, CardState.made, by, Recipient(), batch_id=made.id)
            for _ in range(cards)
        ]
        record_cards(conn, new, **place)
        return made


def activate_card(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    card_id: UUID,
    reference: str,
    now: datetime,
    by: str,
    by_staff: bool = False,
) -> GiftCard:
    """A card of a batch is sold. reference: of its payment. The same again changes nothing."""
    reference = clean_reference(reference)
    with conn.transaction():
        purse = card_purse(conn, programme_id=programme_id, now=now)
        lock_card(conn, card_id)
        card = found_card(conn, programme_id=programme_id, card_id=card_id)
        key = reference_key(programme_id, ActKind.load, reference)
        earlier = act_of_reference(conn, programme_id=programme_id, key=key)
        if earlier is not None:
            if earlier.owner != card.id:
                raise reference_used(reference)
            return card
        if card.state is CardState.active:
            raise card_sold()
        if card.state is CardState.ended:
            raise card_not_active(card.state)
        activate_made(conn, card_id=card.id)
        _sell(conn, purse, card, reference, by=by, by_staff=by_staff)
        return found_card(conn, programme_id=programme_id, card_id=card.id)


def made_like(purse: Purse, card: GiftCard, amount: int, *, by: str) -> GiftCard:
    """A card that takes another's place, for the same recipient; not yet written."""
    return _made(purse, new_id(_bucket()), amount, CardState.active, by, card.recipient, delivery=Delivery.none)


def _sell(
    conn: psycopg.Connection[Any], purse: Purse, card: GiftCard, reference: str, *, by: str, by_staff: bool
) -> None:
    book = purse.open(conn, card.id)
    key = reference_key(purse.rules.programme.id, ActKind.load, reference)
    deed = Deed(new_id(card.id.int & 0xFF), card.id, ActKind.load, card.amount, reference, key, by)
    entry = paid_in(book, purse, deed, for_ever=True)
    if by_staff:
        count_staff(conn, purse, by, card.amount)
    conclude(conn, purse, book, deed, entry=entry)


def _repeated(
    conn: psycopg.Connection[Any], purse: Purse, owner: UUID, minor: int, wanted: Recipient, reference: str
) -> GiftCard:
    """The card that the payment has bought. Raises Conflict where it bought something else."""
    try:
        found = found_card(conn, programme_id=purse.rules.programme.id, card_id=owner)
    except CardNotFound:
        raise reference_used(reference) from None
    if (found.amount, found.recipient) != (minor, wanted):
        raise reference_used(reference)
    return found


def _recipient(given: Recipient, purse: Purse) -> Recipient:
    email = email_form(given.email, field="recipient.email") if given.email else ""
    day = given.day or (purse.today if email else None)
    if (day is not None and day < purse.today) or (given.day is not None and not email):
        raise bad_delivery()
    return Recipient(
        email,
        clean(given.name, longest=LONGEST_NAME, field="recipient.name"),
        clean(given.sender, longest=LONGEST_NAME, field="recipient.sender"),
        clean(given.greeting, longest=LONGEST_GREETING, field="recipient.greeting"),
        day,
    )


def _made(
    purse: Purse,
    identifier: UUID,
    amount: int,
    state: CardState,
    by: str,
    recipient: Recipient,
    *,
    batch_id: UUID | None = None,
    delivery: Delivery | None = None,
) -> GiftCard:
    if delivery is None:
        delivery = Delivery.waiting if recipient.email else Delivery.none
    return GiftCard(
        identifier, purse.rules.programme.id, new_number(), state, amount, batch_id, False, recipient, delivery,
        None, None, purse.now, by, None,
    )  # fmt: skip


def _bucket() -> int:
    """Cards lie anywhere: they belong to nobody."""
    return secrets.randbelow(256)
