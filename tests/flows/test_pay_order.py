"""Orders that are paid in parts: all parts or none, once, and back in reverse order."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from regulars.domain.events.contracts import Order
from regulars.domain.stored_value.contracts import MoneyBack
from regulars.flows.gift_cards.issue_cards import issue_card
from regulars.flows.stored_value.freeze_value import freeze_value
from regulars.flows.stored_value.pay_order import Paid, Wish, pay_order, quote_payment
from regulars.flows.stored_value.refund_order import refund_order
from regulars.kernel.errors import Refusal
from tests.books import nothing_changes
from tests.factories import Shop
from tests.flows.stored import cents, load, place, with_value

pytestmark = pytest.mark.database


@pytest.fixture
def ada(shop: Shop) -> UUID:
    """With 600 points, and 10.00 in the account."""
    shop.publish(with_value(pay_points="points", most_in_points=50))
    member = shop.enrol()
    shop.buy(member, "600.00")
    load(shop, member, "10.00")
    return member


@pytest.fixture
def card(shop: Shop, ada: UUID) -> UUID:
    """A gift card with 7.00 on it."""
    return issue_card(shop.conn, amount=Decimal(7), reference="P-card", **place(shop)).id


def pay(shop: Shop, member: UUID, total: str, wish: Wish, number: str = "R-1", **fields: Any) -> Paid:
    order = Order(number=number, currency="EUR", total=Decimal(total), **fields)
    return pay_order(
        shop.conn, member_id=member, order=order, event_id=f"e-{number}", source="till", wish=wish, **place(shop)
    )  # fmt: skip


def back(shop: Shop, amount: str, reference: str) -> MoneyBack:
    return refund_order(
        shop.conn, order_number="R-1", amount=Decimal(amount), reference=reference, **place(shop)
    )  # fmt: skip


def shown(paid: Paid) -> list[tuple[str, int]]:
    return [(each.kind.name, each.amount) for each in paid.payment.parts]


def refused(shop: Shop, code: str, act: Callable[[], object]) -> None:
    with nothing_changes(shop), pytest.raises(Refusal) as caught:
        act()
    assert caught.value.code == code


def test_a_quote_is_what_paying_takes(shop: Shop, ada: UUID, card: UUID) -> None:
    wish = Wish(cards=(card,))
    asked = {"programme_id": shop.programme.id, "member_id": ada, "amount": Decimal(40), "now": shop.now}
    with nothing_changes(shop):
        quoted = quote_payment(shop.conn, wish=wish, **asked)  # type: ignore[arg-type]  # the fields of one call
    paid = pay(shop, ada, "40.00", wish)
    assert shown(paid) == [("points", 600), ("card", 700), ("account", 1000), ("money", 1700)]
    assert [(each.kind, each.amount, each.points) for each in quoted] == [
        (each.kind, each.amount, each.points) for each in paid.payment.parts
    ]
    # 34.00 are earned on: points pay nothing that earns, money that was paid in does.
    assert (shop.points(ada), cents(shop, ada), cents(shop, card)) == (34, 0, 0)
    assert paid.answer["status"] == "accepted"


def test_the_same_order_is_paid_once(shop: Shop, ada: UUID, card: UUID) -> None:
    first = pay(shop, ada, "40.00", Wish(cards=(card,)))
    with nothing_changes(shop):
        assert pay(shop, ada, "40.00", Wish(cards=(card,))) == first
    refused(shop, "reference_used", lambda: pay(shop, ada, "41.00", Wish()))


def test_all_parts_or_none(shop: Shop, ada: UUID, card: UUID) -> None:
    # The order is refused by its event: nothing was taken for it.
    sent = shop.buy(ada, "1.00")
    known = sent["id"].removeprefix("e-")
    refused(shop, "event_id_reused", lambda: pay(shop, ada, "40.00", Wish(cards=(card,)), number=known))
    refused(shop, "gift_card_twice", lambda: pay(shop, ada, "40.00", Wish(cards=(card, card))))
    assert (cents(shop, ada), cents(shop, card)) == (1000, 700)


def test_what_may_pay_is_asked(shop: Shop, ada: UUID, card: UUID) -> None:
    paid = pay(shop, ada, "4.00", Wish(points=100, account=False))
    assert shown(paid) == [("points", 100), ("money", 300)]
    # At most half of an order in points.
    assert shown(pay(shop, ada, "4.00", Wish(), "R-2")) == [("points", 200), ("account", 200)]
    freeze_value(shop.conn, member_id=ada, reason="Lost", **place(shop))
    assert shown(pay(shop, ada, "3.00", Wish(points=0, cards=(card,)), "R-3")) == [("card", 300)]
    assert shown(pay(shop, ada, "3.00", Wish(points=0), "R-4")) == [("money", 300)]


def test_money_goes_back_first_then_the_account_then_the_card(shop: Shop, ada: UUID, card: UUID) -> None:
    paid = pay(shop, ada, "40.00", Wish(cards=(card,)))
    first = back(shop, "20.00", "B-1")
    assert (first.money, first.value, cents(shop, ada)) == (1700, 300, 300)
    with nothing_changes(shop):
        assert back(shop, "20.00", "B-1") == first
    refused(shop, "reference_used", lambda: back(shop, "1.00", "B-1"))
    refused(shop, "refund_too_large", lambda: back(shop, "14.01", "B-2"))
    rest = back(shop, "14.00", "B-2")
    assert (rest.money, rest.value, cents(shop, ada), cents(shop, card)) == (0, 1400, 1000, 700)
    # The points come back with the order's return, to the lots that they were of.
    shop.give_back(ada, {"id": paid.answer["id"]})
    assert shop.points(ada) == 600
    refused(shop, "refund_too_large", lambda: back(shop, "0.01", "B-3"))
