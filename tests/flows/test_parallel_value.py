"""Many tills spend from one account at once: it is never below zero, and a payment counts once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from regulars.flows.stored_value.load_value import load_value
from regulars.flows.stored_value.pay_back_value import pay_back_value
from regulars.flows.stored_value.spend_value import give_back_value, spend_value
from tests.factories import Shop
from tests.flows.stored import cents, load, place, spend, with_value
from tests.flows.test_parallel import AtOnce, Task, at_once, codes, connections

__all__ = ["at_once", "connections"]
pytestmark = [pytest.mark.database, pytest.mark.slow]


def spending(shop: Shop, member: UUID, amount: str, number: int) -> Task:
    wish: dict[str, Any] = {"member_id": member, "amount": Decimal(amount), "reference": f"R-{number}"}
    return lambda conn: spend_value(conn, **place(shop), **wish)


@pytest.mark.capability("D1")
def test_64_tills_spend_exactly_what_is_there(shop: Shop, at_once: AtOnce) -> None:
    shop.publish(with_value())
    ada = shop.enrol()
    load(shop, ada, "50.00")
    results = at_once([spending(shop, ada, "7.00", number) for number in range(64)])
    assert codes(results) == {"done": 7, "not_enough_value": 57}
    assert cents(shop, ada) == 100


def test_one_payment_loads_one_of_many_accounts(shop: Shop, at_once: AtOnce) -> None:
    shop.publish(with_value())
    members = [shop.enrol() for _ in range(8)]

    def loading(member: UUID) -> Task:
        return lambda conn: load_value(conn, member_id=member, amount=Decimal(9), reference="P-1", **place(shop))

    results = at_once([loading(members[number % 8]) for number in range(64)])
    found = codes(results)
    assert found["done"] + found["reference_used"] == 64
    assert sum(cents(shop, member) for member in members) == 900


def test_refunds_and_payments_back_race_for_the_same_money(shop: Shop, at_once: AtOnce) -> None:
    shop.publish(with_value())
    ada = shop.enrol()
    loaded = load(shop, ada, "40.00")
    spent = spend(shop, ada, "20.00")

    def refund(number: int) -> Task:
        verb, of = (pay_back_value, loaded) if number % 2 else (give_back_value, spent)
        wish: dict[str, Any] = {"member_id": ada, "act_id": of.id, "amount": Decimal(4), "reference": f"B-{number}"}
        return lambda conn: verb(conn, **place(shop), **wish)

    found = codes(at_once([refund(number) for number in range(64)]))
    # The 20.00 come back in five parts; of what is there meanwhile, at most all of it goes.
    paid_back = found["done"] - 5
    assert 5 <= paid_back <= 10
    assert cents(shop, ada) == 4000 - 400 * paid_back
