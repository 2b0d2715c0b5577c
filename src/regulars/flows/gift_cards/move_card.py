"""What is on a card moves on: into a member's account, or to a new card that takes its place. The old one ends."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.gift_cards.commands import end_card, record_cards
from regulars.domain.gift_cards.contracts import CardNotFound, CardState, GiftCard
from regulars.domain.gift_cards.queries import gift_card
from regulars.domain.ledger.book import Book
from regulars.domain.ledger.commands import open_book
from regulars.domain.ledger.contracts import Account
from regulars.domain.ledger.stopped import AccountFrozen
from regulars.domain.stored_value.contracts import Act, ActKind
from regulars.domain.stored_value.queries import acts_of
from regulars.flows.gift_cards.cards import card_purse, found_card, held_card
from regulars.flows.gift_cards.issue_cards import made_like
from regulars.flows.gift_cards.refusals import money_on_card, nothing_on_card
from regulars.flows.settle_day import settle_day
from regulars.flows.stored_value.accounts import Deed, Purse, hold_owner, record_deed
from regulars.flows.stored_value.load_value import check_room
from regulars.flows.stored_value.pay_back_value import pay_back_of
from regulars.flows.write_settled import write_settled
from regulars.kernel.ids import by_bucket, new_id


def move_into_account(
    conn: psycopg.Connection[Any], *, programme_id: int, card_id: UUID, member_id: UUID, now: datetime, by: str
) -> Act:
    """All that is on the card comes into the member's account, and the card ends; the act of the member.

    Doing it again changes nothing. Raises Refusal; nothing is written then.
    """
    with conn.transaction():
        purse = card_purse(conn, programme_id=programme_id, now=now)
        hold_owner(conn, purse, member_id, to_spend=False)
        known = gift_card(conn, programme_id=programme_id, card_id=card_id)
        if known is not None and known.state is CardState.ended and known.moved_to == member_id:
            return _arrived(conn, member_id, card_id)
        card = held_card(conn, programme_id=programme_id, card_id=card_id)
        book = _open(conn, purse, card.id, member_id)
        check_room(purse, book, member_id, book.balance(card.id.bytes, purse.number).available)
        act = _move(conn, purse, book, card, member_id, by=by)
        end_card(conn, card_id=card.id, now=now, by=by, moved_to=member_id)
        return act


def replace_card(
    conn: psycopg.Connection[Any], *, programme_id: int, card_id: UUID, now: datetime, by: str
) -> GiftCard:
    """A lost card ends, and what was on it is on a new one, which gets its PIN when it is handed over.

    A frozen card is replaced as well: to stop it first is what one does when it is lost. Doing it again changes
    nothing and gives the same new card.
    """
    with conn.transaction():
        purse = card_purse(conn, programme_id=programme_id, now=now)
        known = gift_card(conn, programme_id=programme_id, card_id=card_id)
        if known is None:
            raise CardNotFound(card_id)
        if known.replaced_by is not None:
            return found_card(conn, programme_id=programme_id, card_id=known.replaced_by)
        card = held_card(conn, programme_id=programme_id, card_id=card_id)
        left = purse.open(conn, card.id).balance(card.id.bytes, purse.number).available
        if left <= 0:
            raise nothing_on_card()
        new = made_like(purse, card, left, by=by)
        record_cards(conn, [new], organisation_id=purse.rules.programme.organisation_id)
        _move(conn, purse, _open(conn, purse, card.id, new.id), card, new.id, by=by, although_frozen=True)
        end_card(conn, card_id=card.id, now=now, by=by, replaced_by=new.id)
        return found_card(conn, programme_id=programme_id, card_id=new.id)


def void_card(
    conn: psycopg.Connection[Any], *, programme_id: int, card_id: UUID, reference: str, now: datetime, by: str
) -> Act | None:
    """Ends a card; what is left of its payment goes back to its source, by the act. None: nothing was on it.

    Raises Conflict where money is on it that was not paid for this card.
    """
    with conn.transaction():
        purse = card_purse(conn, programme_id=programme_id, now=now)
        card = held_card(conn, programme_id=programme_id, card_id=card_id)
        act = None
        if purse.open(conn, card.id).balance(card.id.bytes, purse.number).available > 0:
            paid = [each for each in acts_of(conn, owners=[card.id], limit=1_000) if each.kind is ActKind.load]
            if not paid:
                raise money_on_card()
            act = pay_back_of(conn, purse, card.id, paid[0].id, reference=reference, by=by, amount=None)
        end_card(conn, card_id=card.id, now=now, by=by)
        return act


def _open(conn: psycopg.Connection[Any], purse: Purse, *owners: UUID) -> Book:
    keys = sorted((owner.bytes for owner in owners), key=by_bucket)
    book = open_book(conn, owners=keys, with_lots=True)
    for owner in keys:
        settle_day(book, owner, purse.number, today=purse.today, time_zone=purse.rules.programme.time_zone)
    return book


def _move(
    conn: psycopg.Connection[Any],
    purse: Purse,
    book: Book,
    card: GiftCard,
    to: UUID,
    *,
    by: str,
    although_frozen: bool = False,
) -> Act:
    """Everything on the card moves, as money for ever. Raises AccountFrozen, and Conflict for an empty card."""
    balance = book.balance(card.id.bytes, purse.number)
    if balance.frozen and not although_frozen:
        raise AccountFrozen
    amount = balance.available
    if amount <= 0:
        raise nothing_on_card()
    out, into = new_id(card.id.int & 0xFF), new_id(to.int & 0xFF)
    sent = book.take(
        card.id.bytes, purse.number, amount, book.in_spend_order(card.id.bytes, purse.number), Account.transferred,
        purse.cause(out, "moved_out"),
    )  # fmt: skip
    received = book.earn(
        to.bytes, purse.number, amount, cause=purse.cause(into, "moved_in"), last_day=None, source=Account.transferred
    )
    write_settled(conn, purse.rules, book, now=purse.now)
    number = card.number[-4:]
    record_deed(conn, purse, Deed(out, card.id, ActKind.moved_out, amount, number, None, by, of=into), entry=sent)
    return record_deed(
        conn, purse, Deed(into, to, ActKind.moved_in, amount, number, None, by, of=out), entry=received
    )  # fmt: skip


def _arrived(conn: psycopg.Connection[Any], member_id: UUID, card_id: UUID) -> Act:
    left = {each.of for each in acts_of(conn, owners=[card_id], limit=1_000) if each.kind is ActKind.moved_out}
    return next(each for each in acts_of(conn, owners=[member_id], limit=100_000) if each.id in left)
