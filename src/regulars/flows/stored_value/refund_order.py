"""An order that was paid in parts comes back: money first, then stored value, in reverse order of paying.

Points come back with the order's return, which is an event of its own.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.gift_cards.commands import lock_card
from regulars.domain.stored_value.commands import record_money_back
from regulars.domain.stored_value.contracts import MoneyBack, PartKind, Payment, PaymentNotFound
from regulars.domain.stored_value.queries import acts_undoing, money_back_of, payment, stored_act
from regulars.flows.stored_value.accounts import Purse, clean_reference, hold_owner, order_key, purse_of
from regulars.flows.stored_value.refusals import reference_used, refund_too_large
from regulars.flows.stored_value.spend_value import give_back_of
from regulars.kernel.money import from_minor


def refund_order(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    order_number: str,
    amount: Decimal,
    reference: str,
    now: datetime,
    by: str,
) -> MoneyBack:
    """So much of what money and stored value had paid goes back. reference: of the refund, once.

    Raises PaymentNotFound, and Refusal for more than is left; nothing is written then.
    """
    reference = clean_reference(reference)
    with conn.transaction():
        purse = purse_of(conn, programme_id=programme_id, now=now)
        paid = payment(conn, programme_id=programme_id, key=order_key(programme_id, order_number))
        if paid is None:
            raise PaymentNotFound(order_number)
        minor = purse.minor(amount)
        hold_owner(conn, purse, paid.member_id, to_spend=False)
        before = money_back_of(conn, paid)
        key = UUID(bytes=hashlib.blake2b(reference.encode(), digest_size=16).digest())
        again = next((each for each in before if each.key == key), None)
        if again is not None:
            if again.money + again.value != minor:
                raise reference_used(reference)
            return again
        money_left = paid.money - sum(each.money for each in before)
        money = min(minor, money_left)
        acts, value = _give_back(conn, purse, paid, minor - money, reference=f"{order_number} {reference}", by=by)
        if money + value < minor:
            raise refund_too_large(purse.money(money + value), purse.money(minor))
        back = MoneyBack(key, paid.key, reference, money, value, acts, now, by)
        record_money_back(conn, back, organisation_id=purse.rules.programme.organisation_id)
        return back


def _give_back(
    conn: psycopg.Connection[Any], purse: Purse, paid: Payment, minor: int, *, reference: str, by: str
) -> tuple[tuple[UUID, ...], int]:
    """The acts that give back, and how much they gave: less than asked for where less is left."""
    acts, given = [], 0
    for part in reversed(paid.parts):
        if part.act is None or part.owner is None or given == minor:
            continue
        spent = stored_act(conn, programme_id=paid.programme_id, act_id=part.act)
        assert spent is not None, "a part names its spending"
        if part.kind is PartKind.card:
            lock_card(conn, part.owner)
        left = spent.amount - sum(each.amount for each in acts_undoing(conn, spent))
        amount = min(left, minor - given)
        if amount > 0:
            money = from_minor(amount, purse.currency)
            done = give_back_of(
                conn, purse, part.owner, part.act, reference=f"{reference} {part.act}", by=by, amount=money
            )  # fmt: skip
            acts.append(done.id)
            given += amount
    return tuple(acts), given
