"""An order is paid in parts: points, then gift cards and account, then money. All parts are taken, or none.

The points are part of the order's event, and so come back with its return; stored value comes back by refund_order.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import psycopg

from regulars.domain.events.contracts import Event, MemberReference, Order, PointsUsed
from regulars.domain.gift_cards.commands import lock_card
from regulars.domain.ledger.commands import open_book
from regulars.domain.stored_value.commands import record_payment
from regulars.domain.stored_value.contracts import Part, PartKind, Payment
from regulars.domain.stored_value.paying import PointsThere, parts_of_price
from regulars.domain.stored_value.queries import payment
from regulars.flows.gift_cards.cards import held_card
from regulars.flows.process_events import process_events
from regulars.flows.settle_day import settle_day
from regulars.flows.stored_value.accounts import Purse, hold_owner, order_key, purse_of
from regulars.flows.stored_value.refusals import card_twice, reference_used
from regulars.flows.stored_value.spend_value import spend_in_book
from regulars.kernel.errors import Refusal
from regulars.kernel.ids import by_bucket
from regulars.kernel.money import from_minor


@dataclass(frozen=True, slots=True)
class Wish:
    """What may pay. points: at most so many, None: as many as the rulebook lets. account: the member's own money.

    cards: gift cards, in the order in which they pay; whoever names them has asked for their PINs.
    """

    points: int | None = None
    account: bool = True
    cards: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Paid:
    """The payment, and the answer to the order's event."""

    payment: Payment
    answer: dict[str, Any]


def quote_payment(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    member_id: UUID,
    amount: Decimal,
    wish: Wish,
    now: datetime,
    currency: str | None = None,
) -> tuple[Part, ...]:
    """The parts to the cent, as paying now would take them. Writes nothing. Raises the Refusal of paying."""
    with conn.transaction(force_rollback=True):
        purse = purse_of(conn, programme_id=programme_id, now=now)
        hold_owner(conn, purse, member_id, to_spend=True)
        return _plan(conn, purse, member_id, purse.minor(amount, currency=currency), wish)


def pay_order(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    member_id: UUID,
    order: Order,
    event_id: str,
    source: str,
    wish: Wish,
    now: datetime,
    by: str,
) -> Paid:
    """Takes every part and accepts the order, in one transaction. What the money part is, the answer says.

    The same order again gives the first payment and the first answer. Raises Refusal; nothing is written then.
    """
    with conn.transaction():
        purse = purse_of(conn, programme_id=programme_id, now=now)
        total = purse.minor(order.total, currency=order.currency, field="order.total")
        hold_owner(conn, purse, member_id, to_spend=True)
        key = order_key(programme_id, order.number)
        earlier = payment(conn, programme_id=programme_id, key=key)
        if earlier is not None and (earlier.member_id, earlier.total, earlier.event) != (member_id, total, event_id):
            raise reference_used(order.number)
        parts = earlier.parts if earlier else _plan(conn, purse, member_id, total, wish)
        event = Event(
            id=event_id,
            type="order",
            member=MemberReference(id=member_id),
            occurred_at=earlier.created_at if earlier else now,
            source=source,
            order=_with_points(order, purse, parts),
        )
        (outcome,) = process_events(conn, [event], programme_id=programme_id, now=now)
        answer = json.loads(outcome.body)
        if outcome.status not in (200, 201):
            raise Refusal(
                answer["code"], answer["title"], detail=answer["detail"], remedy=answer["remedy"],
                field=answer.get("field"), status=outcome.status,
            )  # fmt: skip
        if earlier is not None:
            return Paid(earlier, answer)
        spent = tuple(_spend(conn, purse, part, order.number, by=by) for part in parts)
        paid = Payment(key, programme_id, member_id, order.number, event_id, total, spent, now, by)
        if not record_payment(conn, paid, organisation_id=purse.rules.programme.organisation_id):
            raise reference_used(order.number)
        return Paid(paid, answer)


def _plan(conn: psycopg.Connection[Any], purse: Purse, member_id: UUID, total: int, wish: Wish) -> tuple[Part, ...]:
    if len(set(wish.cards)) < len(wish.cards):
        raise card_twice()
    programme = purse.rules.programme
    for card in sorted(wish.cards, key=lambda each: by_bucket(each.bytes)):
        lock_card(conn, card)
        held_card(conn, programme_id=programme.id, card_id=card)
    owners = sorted((each.bytes for each in (member_id, *wish.cards)), key=by_bucket)
    book = open_book(conn, owners=owners, with_lots=True, to_write=False)
    for owner in owners:
        for number in {purse.number, *purse.rules.point_types.values()}:
            settle_day(book, owner, number, today=purse.today, time_zone=programme.time_zone)

    def there(owner: UUID) -> tuple[UUID, int]:
        balance = book.balance(owner.bytes, purse.number)
        return owner, 0 if balance.frozen else balance.available

    points = None
    code = purse.terms.pay_points
    if code and wish.points != 0:
        available = book.balance(member_id.bytes, purse.rules.point_types[code]).available
        points = _points_there(purse, code, total, available if wish.points is None else min(wish.points, available))
    return parts_of_price(
        total,
        points=points,
        cards=[there(card) for card in wish.cards],
        account=there(member_id) if wish.account else None,
        cards_first=purse.terms.cards_first,
    )


def _points_there(purse: Purse, code: str, total: int, available: int) -> PointsThere | None:
    rulebook = purse.rulebook.rulebook
    kind = next((each for each in rulebook.point_types if each.id == code), None)
    worth = None if kind is None else rulebook.worth_of(kind)
    if not worth:
        return None
    most = int(total * purse.terms.most_in_points // 100)
    return PointsThere(max(available, 0), worth.scaleb(purse.rulebook.places), most)


def _with_points(order: Order, purse: Purse, parts: Sequence[Part]) -> Order:
    """The order as its event says it: with the points that pay."""
    used = next((each for each in parts if each.kind is PartKind.points), None)
    if used is None:
        return order
    amount = from_minor(used.amount, purse.currency)
    return msgspec.structs.replace(order, points_used=PointsUsed(used.points, amount, purse.terms.pay_points))


def _spend(conn: psycopg.Connection[Any], purse: Purse, part: Part, number: str, *, by: str) -> Part:
    """A part of stored value is spent; the others stay as they are."""
    if part.owner is None:
        return part
    reference = number if part.kind is PartKind.account else f"{number} {part.owner}"
    book = purse.open(conn, part.owner)
    act = spend_in_book(conn, purse, book, part.owner, part.amount, reference=reference, by=by)
    return replace(part, act=act.id)
