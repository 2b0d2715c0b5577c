"""Money leaves an account for something that was bought, and comes back to it when that is undone."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.ledger.book import Book
from regulars.domain.ledger.contracts import Account
from regulars.domain.ledger.queries import lots_by_id, still_paid
from regulars.domain.ledger.stopped import AccountFrozen
from regulars.domain.stored_value.contracts import Act, ActKind
from regulars.domain.stored_value.queries import acts_undoing
from regulars.flows.settle_day import settle_day
from regulars.flows.stored_value.accounts import (
    LONGEST_NOTE,
    Deed,
    Purse,
    clean_reference,
    conclude,
    earlier_act,
    found_act,
    hold_owner,
    purse_of,
    reference_key,
)
from regulars.flows.stored_value.refusals import not_enough_value, refund_too_large, wrong_act
from regulars.kernel.ids import new_id
from regulars.kernel.text import clean


def spend_value(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    member_id: UUID,
    amount: Decimal,
    reference: str,
    now: datetime,
    by: str,
    currency: str | None = None,
    partly: bool = False,
    note: str = "",
) -> Act:
    """Pays with stored value. reference: of what is paid for, once: the same again gives the first answer.

    partly: what is there is spent where it is less; the act says how much. Raises Refusal; nothing is written then.
    """
    reference, note = clean_reference(reference), clean(note, longest=LONGEST_NOTE, field="note")
    with conn.transaction():
        purse = purse_of(conn, programme_id=programme_id, now=now)
        minor = purse.minor(amount, currency=currency)
        hold_owner(conn, purse, member_id, to_spend=True)
        key = reference_key(programme_id, ActKind.spend, reference)
        earlier = earlier_act(conn, purse, key, owner=member_id, amount=None if partly else minor)
        if earlier is not None:
            return earlier
        book = purse.open(conn, member_id)
        return spend_in_book(conn, purse, book, member_id, minor, reference=reference, by=by, partly=partly, note=note)


def spend_in_book(
    conn: psycopg.Connection[Any],
    purse: Purse,
    book: Book,
    owner: UUID,
    minor: int,
    *,
    reference: str,
    by: str,
    partly: bool = False,
    note: str = "",
) -> Act:
    """Spends out of a book that is open. Raises AccountFrozen, and Refusal where too little is there."""
    balance = book.balance(owner.bytes, purse.number)
    if balance.frozen:
        raise AccountFrozen
    spent = min(minor, balance.available) if partly else minor
    if spent <= 0 or spent > balance.available:
        raise not_enough_value(purse.money(max(balance.available, 0)), purse.money(minor))
    key = reference_key(purse.rules.programme.id, ActKind.spend, reference)
    deed = Deed(new_id(owner.int & 0xFF), owner, ActKind.spend, spent, reference, key, by, note)
    entry = book.spend(owner.bytes, purse.number, spent, cause=purse.cause(deed.id, "spent"))
    return conclude(conn, purse, book, deed, entry=entry)


def give_back_value(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    member_id: UUID,
    act_id: UUID,
    reference: str,
    now: datetime,
    by: str,
    amount: Decimal | None = None,
    note: str = "",
) -> Act:
    """What was spent comes back to the balance, all of it or a part, into the lots that had paid.

    act_id: the spending. reference: of the refund, once. amount: None for what is left of it. Raises Refusal.
    """
    reference, note = clean_reference(reference), clean(note, longest=LONGEST_NOTE, field="note")
    with conn.transaction():
        purse = purse_of(conn, programme_id=programme_id, now=now)
        hold_owner(conn, purse, member_id, to_spend=False)
        return give_back_of(conn, purse, member_id, act_id, reference=reference, by=by, amount=amount, note=note)


def give_back_of(
    conn: psycopg.Connection[Any],
    purse: Purse,
    owner: UUID,
    act_id: UUID,
    *,
    reference: str,
    by: str,
    amount: Decimal | None,
    note: str = "",
) -> Act:
    """The same for an owner who is held already."""
    spent = found_act(conn, purse, act_id, owner=owner)
    if spent.kind is not ActKind.spend or spent.entry_id is None:
        raise wrong_act("a spending")
    key = reference_key(purse.rules.programme.id, ActKind.give_back, reference)
    asked = None if amount is None else purse.minor(amount)
    earlier = earlier_act(conn, purse, key, owner=owner, amount=asked, of=spent.id)
    if earlier is not None:
        return earlier
    before = acts_undoing(conn, spent)
    left = spent.amount - sum(each.amount for each in before)
    minor = left if asked is None else asked
    if not 0 < minor <= left:
        raise refund_too_large(purse.money(left), purse.money(minor))
    book = purse.open(conn, owner)
    deed = Deed(new_id(owner.int & 0xFF), owner, ActKind.give_back, minor, reference, key, by, note, spent.id)
    paid = still_paid(
        conn, transfer_id=spent.entry_id.bytes, owner=owner.bytes, given_back_by=[each.id.bytes for each in before]
    )  # fmt: skip
    lots = lots_by_id(conn, ids=[each.lot_id for each in paid])
    lots |= {lot.id: lot for lot in book.open_lots(owner.bytes, purse.number) if lot.id in lots}
    entry = book.give_back(
        owner.bytes, purse.number, paid, lots, cause=purse.cause(deed.id, "given_back"), source=Account.redeemed,
        amount=minor,
    )  # fmt: skip
    # A gift whose last day passed meanwhile comes back and expires in the same posting.
    settle_day(book, owner.bytes, purse.number, today=purse.today, time_zone=purse.rules.programme.time_zone)
    return conclude(conn, purse, book, deed, entry=entry)
