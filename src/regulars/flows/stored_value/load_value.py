"""Money comes into an account: somebody pays it in, or it is given. Nothing else makes stored value."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.ledger.book import Book
from regulars.domain.ledger.contracts import Account, Entry
from regulars.domain.stored_value.commands import count_by_staff
from regulars.domain.stored_value.contracts import Act, ActKind
from regulars.domain.stored_value.queries import loaded_on_day
from regulars.flows.stored_value.accounts import (
    LONGEST_NOTE,
    Deed,
    Purse,
    clean_reference,
    conclude,
    earlier_act,
    hold_owner,
    purse_of,
    reference_key,
)
from regulars.flows.stored_value.refusals import (
    account_is_full,
    day_is_full,
    load_too_large,
    load_too_small,
    loads_stopped,
)
from regulars.kernel.ids import new_id
from regulars.kernel.money import from_minor, to_minor
from regulars.kernel.periods import parse_period
from regulars.kernel.text import clean


def load_value(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    member_id: UUID,
    amount: Decimal,
    reference: str,
    now: datetime,
    by: str,
    currency: str | None = None,
    note: str = "",
    by_staff: bool = False,
) -> Act:
    """Money that somebody paid. reference: of the payment, which loads once: the same again gives the first answer.

    by_staff: it counts towards what an operator may load in a day. Raises Refusal; nothing is written then.
    """
    reference, note = clean_reference(reference), clean(note, longest=LONGEST_NOTE, field="note")
    with conn.transaction():
        purse = purse_of(conn, programme_id=programme_id, now=now)
        minor = purse.minor(amount, currency=currency)
        hold_owner(conn, purse, member_id, to_spend=False)
        key = reference_key(programme_id, ActKind.load, reference)
        earlier = earlier_act(conn, purse, key, owner=member_id, amount=minor)
        if earlier is not None:
            return earlier
        check_load(purse, minor)
        book = purse.open(conn, member_id)
        gift = _gift(purse, minor)
        _check_account(conn, purse, book, member_id, minor, gift)
        deed = Deed(new_id(member_id.int & 0xFF), member_id, ActKind.load, minor, reference, key, by, note)
        entry = paid_in(book, purse, deed)
        bonus = None
        if gift:
            bonus = book.earn(
                member_id.bytes, purse.number, gift, cause=purse.cause(deed.id, "bonus"),
                last_day=_last_day_of_gift(purse, minor), source=Account.promoted,
            )  # fmt: skip
        # After the member and never before, so that parallel loads of one operator cannot wait in a circle.
        if by_staff:
            count_staff(conn, purse, by, minor)
        return conclude(conn, purse, book, deed, entry=entry, bonus=bonus, bonus_amount=gift)


def award_value(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    member_id: UUID,
    amount: Decimal,
    reference: str,
    now: datetime,
    by: str,
    note: str = "",
    last_day: date | None = None,
) -> Act:
    """Stored value that nobody paid: a reward. It never goes back to a source. reference: of what gives it, once.

    last_day: until when it can be spent; None: for ever.
    """
    reference, note = clean_reference(reference), clean(note, longest=LONGEST_NOTE, field="note")
    with conn.transaction():
        purse = purse_of(conn, programme_id=programme_id, now=now)
        minor = purse.minor(amount)
        hold_owner(conn, purse, member_id, to_spend=False)
        key = reference_key(programme_id, ActKind.award, reference)
        earlier = earlier_act(conn, purse, key, owner=member_id, amount=minor)
        if earlier is not None:
            return earlier
        book = purse.open(conn, member_id)
        check_room(purse, book, member_id, minor)
        deed = Deed(new_id(member_id.int & 0xFF), member_id, ActKind.award, minor, reference, key, by, note)
        entry = book.earn(
            member_id.bytes, purse.number, minor, cause=purse.cause(deed.id, "awarded"), last_day=last_day,
            source=Account.promoted,
        )  # fmt: skip
        return conclude(conn, purse, book, deed, entry=entry)


def paid_in(book: Book, purse: Purse, deed: Deed, *, for_ever: bool = False) -> Entry:
    """The entry of money that was paid: a lot that knows its payment, and never expires unless the law lets it.

    for_ever: it does not expire anyhow.
    """
    expiry = purse.rulebook.expiry[purse.terms.point_type]
    return book.earn(
        deed.owner.bytes,
        purse.number,
        deed.amount,
        cause=purse.cause(deed.id, "loaded"),
        last_day=None if for_ever else expiry.last_day(purse.today),
        source=Account.loaded,
        renewable=expiry.renews and not for_ever,
    )


def _gift(purse: Purse, minor: int) -> int:
    """What is given on top of a load, in minor units."""
    step = purse.terms.bonus_for(from_minor(minor, purse.currency))
    return 0 if step is None else to_minor(step.gives, purse.currency)


def _last_day_of_gift(purse: Purse, minor: int) -> date | None:
    step = purse.terms.bonus_for(from_minor(minor, purse.currency))
    return None if step is None or step.expires is None else parse_period(step.expires).after(purse.today)


def check_load(purse: Purse, minor: int) -> None:
    """Raises Refusal for less or more than the rulebook takes at once."""
    terms = purse.terms
    if terms.least_load is not None and minor < to_minor(terms.least_load, purse.currency):
        raise load_too_small(purse.money(minor), purse.money(to_minor(terms.least_load, purse.currency)))
    if terms.most_load is not None and minor > to_minor(terms.most_load, purse.currency):
        raise load_too_large(purse.money(minor), purse.money(to_minor(terms.most_load, purse.currency)))


def _check_account(conn: psycopg.Connection[Any], purse: Purse, book: Book, owner: UUID, minor: int, gift: int) -> None:
    if purse.terms.most_per_day is not None:
        most, loaded = to_minor(purse.terms.most_per_day, purse.currency), loaded_on_day(
            conn, owner=owner, day=purse.today
        )  # fmt: skip
        if loaded + minor > most:
            raise day_is_full(purse.money(most), purse.money(loaded), of="A member")
    check_room(purse, book, owner, minor + gift)


def check_room(purse: Purse, book: Book, owner: UUID, minor: int) -> None:
    """Raises Conflict where the account may not hold so much more, or takes nothing while it is frozen."""
    balance = book.balance(owner.bytes, purse.number)
    if balance.frozen and purse.terms.frozen_loads == "refuse":
        raise loads_stopped()
    if purse.terms.most_balance is not None:
        most, there = to_minor(purse.terms.most_balance, purse.currency), balance.available + balance.held
        if there + minor > most:
            raise account_is_full(purse.money(most), purse.money(there))


def count_staff(conn: psycopg.Connection[Any], purse: Purse, by: str, minor: int) -> None:
    """Counts towards what an operator loads in a day. Raises Conflict above the limit."""
    programme = purse.rules.programme
    counted = count_by_staff(
        conn, organisation_id=programme.organisation_id, programme_id=programme.id, by=by, day=purse.today,
        amount=minor,
    )  # fmt: skip
    if purse.terms.staff_per_day is not None:
        most = to_minor(purse.terms.staff_per_day, purse.currency)
        if counted > most:
            raise day_is_full(purse.money(most), purse.money(counted - minor), of="An operator")
