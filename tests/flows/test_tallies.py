"""What is remembered of members: within a batch, late, after returns, and nothing where no rule asks."""

from __future__ import annotations

import copy
import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from regulars.database.pool import Connection
from regulars.domain.events.contracts import OrderLine, ReturnedLine
from regulars.domain.tallies.queries import tallies
from tests.factories import RULEBOOK, Shop, open_shop

pytestmark = [pytest.mark.database, pytest.mark.capability("B1")]

MEASURES: list[dict[str, Any]] = [
    {"id": "coffees", "name": "Coffees in 30 days", "count": "quantity", "window": "30 days",
     "lines": {"field": "line.category", "is": "coffee"}},
    {"id": "spent", "name": "Spent this month", "count": "amount", "window": "calendar month"},
    {"id": "orders", "name": "Orders", "window": "lifetime"},
    {"id": "given", "name": "Points of the base rule", "count": "points", "rules": ["base"], "window": "lifetime"},
]  # fmt: skip
REGULAR = {
    "id": "regular", "name": "For regular coffee drinkers", "earn": {"strategy": "fixed_bonus", "points": 50},
    "when": {"field": "history.coffees", "at_least": 3},
}  # fmt: skip
DOCUMENT = RULEBOOK | {"measures": MEASURES, "earn_rules": [*RULEBOOK["earn_rules"], REGULAR]}
NONE: dict[str, Any] = {}


@pytest.fixture
def shop(conn: Connection) -> Shop:
    return open_shop(conn, copy.deepcopy(DOCUMENT))


def coffees(number: int) -> list[OrderLine]:
    return [OrderLine(Decimal("3.00") * number, category="coffee", quantity=Decimal(number))]


def rules_of(answer: dict[str, Any]) -> set[str]:
    return {effect["rule"] for effect in answer["effects"] if effect["type"] == "earn_points"}


def test_a_measure_is_what_was_before_the_event(shop: Shop) -> None:
    ada = shop.enrol()
    assert "regular" not in rules_of(shop.buy(ada, "9.00", lines=coffees(3)))
    assert "regular" in rules_of(shop.buy(ada, "1.00"))

    assert tallies(shop.conn, member_ids=[ada]) == {
        "measure:coffees:quantity:day": {date(2026, 3, 2): 3_000},
        "measure:given:points:ever": {date(2000, 1, 1): 10},
        "measure:orders:events:ever": {date(2000, 1, 1): 2},
        "measure:spent:amount:month": {date(2026, 3, 1): 1_000},
    }


def test_events_of_one_batch_see_each_other(shop: Shop) -> None:
    ada, ben = shop.enrol(), shop.enrol()
    sent = shop.send(
        shop.order(ada, "6.00", lines=coffees(2)),
        shop.order(ben, "9.00", lines=coffees(3)),
        shop.order(ada, "3.00", lines=coffees(1)),
        shop.order(ada, "1.00"),
    )
    assert ["regular" in rules_of(answer) for _, answer in sent] == [False, False, False, True]


def test_a_late_event_counts_to_its_own_day(shop: Shop) -> None:
    ada = shop.enrol()
    shop.buy(ada, "9.00", lines=coffees(3), at=shop.now - timedelta(days=31))
    shop.buy(ada, "6.00", lines=coffees(2), at=shop.now - timedelta(days=29))
    assert "regular" not in rules_of(shop.buy(ada, "1.00"))
    assert "regular" in rules_of(shop.buy(ada, "1.00", at=shop.now - timedelta(days=2)))
    found = tallies(shop.conn, member_ids=[ada])
    assert found["measure:spent:amount:month"] == {date(2026, 1, 1): 900, date(2026, 2, 1): 700, date(2026, 3, 1): 100}


def test_an_order_that_came_back_whole_is_forgotten(shop: Shop) -> None:
    ada = shop.enrol()
    shop.buy(ada, "3.00", lines=coffees(1))
    before = tallies(shop.conn, member_ids=[ada])
    bought = shop.buy(ada, "9.00", lines=coffees(3))
    shop.give_back(ada, bought, lines=[ReturnedLine(line=1, quantity=Decimal(1))])
    assert tallies(shop.conn, member_ids=[ada])["measure:coffees:quantity:day"] == {date(2026, 3, 2): 3_000}
    shop.give_back(ada, bought, amount="3.00")
    shop.give_back(ada, bought)

    assert tallies(shop.conn, member_ids=[ada]) == before
    assert "regular" not in rules_of(shop.buy(ada, "1.00"))


def test_a_return_before_its_order_is_taken_off_as_well(shop: Shop) -> None:
    ada = shop.enrol()
    order = shop.order(ada, "9.00", lines=coffees(3))
    assert order.order is not None
    shop.send(shop.returned(ada, order.order.number))
    shop.send(order)
    assert tallies(shop.conn, member_ids=[ada]) == NONE


def test_a_return_in_the_batch_of_its_order_is_seen_by_later_events(shop: Shop) -> None:
    ada = shop.enrol()
    order = shop.order(ada, "9.00", lines=coffees(3))
    assert order.order is not None
    sent = shop.send(order, shop.returned(ada, order.order.number), shop.order(ada, "1.00"))
    assert [status for status, _ in sent] == [201, 201, 201]
    assert "regular" not in rules_of(sent[2][1])


def test_only_what_the_rules_read_is_kept_with_the_event(shop: Shop) -> None:
    ada = shop.enrol()
    shop.buy(ada, "9.00", lines=coffees(3))
    answer = shop.buy(ada, "9.00", lines=coffees(3))
    row = shop.conn.execute("select state from events_event where id = %s", [answer["event"]]).fetchone()
    assert row is not None
    assert json.loads(row[0])["past"] == {"measure:coffees:quantity:day": {"2026-03-02": 3_000}}


def test_a_rulebook_without_memory_keeps_nothing(conn: Connection) -> None:
    shop = open_shop(conn)
    ada = shop.enrol()
    answer = shop.buy(ada, "9.00", lines=coffees(3))
    row = shop.conn.execute("select state from events_event where id = %s", [answer["event"]]).fetchone()
    assert row is not None
    assert "past" not in json.loads(row[0])
    assert tallies(shop.conn, member_ids=[ada]) == NONE


def test_a_measure_of_a_new_version_counts_from_then_on(conn: Connection) -> None:
    shop = open_shop(conn)
    ada = shop.enrol()
    shop.buy(ada, "9.00", lines=coffees(3))
    shop.publish(copy.deepcopy(DOCUMENT), effective_from=shop.now)
    shop.later(minutes=1)
    assert "regular" not in rules_of(shop.buy(ada, "9.00", lines=coffees(3)))
    assert "regular" in rules_of(shop.buy(ada, "1.00"))
