"""What was paid in goes back to where it came from: as far as it is still there, and never more than the payment."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.ledger.contracts import Account
from regulars.domain.ledger.stopped import AccountFrozen
from regulars.domain.stored_value.contracts import Act, ActKind
from regulars.domain.stored_value.queries import acts_undoing
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
from regulars.flows.stored_value.refusals import not_paid_back, refund_too_large, wrong_act
from regulars.kernel.ids import new_id
from regulars.kernel.text import clean


def pay_back_value(
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
    """Takes what is left of a load out of the account, to be paid back to its source.

    act_id: the load. reference: of the refund, once. amount: None for all that is left of it. What was given on top
    goes with it, in proportion; where that is spent already, a part of the money pays for it, and paid_out is less.
    Raises Refusal; nothing is written then.
    """
    reference, note = clean_reference(reference), clean(note, longest=LONGEST_NOTE, field="note")
    with conn.transaction():
        purse = purse_of(conn, programme_id=programme_id, now=now)
        hold_owner(conn, purse, member_id, to_spend=True)
        return pay_back_of(conn, purse, member_id, act_id, reference=reference, by=by, amount=amount, note=note)


def pay_back_of(
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
    load = found_act(conn, purse, act_id, owner=owner)
    if load.kind is not ActKind.load or load.entry_id is None:
        raise wrong_act("a load")
    if purse.terms.pay_back == "never":
        raise not_paid_back()
    key = reference_key(purse.rules.programme.id, ActKind.pay_back, reference)
    asked = None if amount is None else purse.minor(amount)
    earlier = earlier_act(conn, purse, key, owner=owner, amount=asked, of=load.id)
    if earlier is not None:
        return earlier
    book = purse.open(conn, owner)
    if book.balance(owner.bytes, purse.number).frozen:
        raise AccountFrozen
    lot = book.lot(owner.bytes, purse.number, load.entry_id.bytes)
    left = lot.remaining if lot else 0
    minor = left if asked is None else asked
    due = _gift_due(load, minor, before=acts_undoing(conn, load))
    gift = book.lot(owner.bytes, purse.number, load.bonus_entry_id.bytes) if load.bonus_entry_id else None
    from_gift = min(due, gift.remaining if gift else 0)
    paid_out = minor - (due - from_gift)
    if lot is None or not 0 < minor <= left or paid_out <= 0:
        raise refund_too_large(purse.money(left), purse.money(minor))
    deed = Deed(new_id(owner.int & 0xFF), owner, ActKind.pay_back, minor, reference, key, by, note, load.id)
    cause = purse.cause(deed.id, "paid_back")
    entry = book.take(owner.bytes, purse.number, paid_out, [lot], Account.loaded, cause)
    bonus = None
    if due:
        lots = [gift, lot] if gift else [lot]
        bonus = book.take(owner.bytes, purse.number, due, lots, Account.promoted, purse.cause(deed.id, "bonus"))
    return conclude(conn, purse, book, deed, entry=entry, bonus=bonus, bonus_amount=from_gift, paid_out=paid_out)


def _gift_due(load: Act, minor: int, *, before: list[Act]) -> int:
    """How much of the gift goes with so much of the load, rounded down over all that went back: 5.00 with 50.00."""
    back = sum(each.amount for each in before)
    taken = sum(each.bonus + each.amount - each.paid_out for each in before)
    return load.bonus * (back + minor) // load.amount - taken
