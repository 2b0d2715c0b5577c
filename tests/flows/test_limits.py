"""Limits and budgets: exact to the point, whatever comes late, comes back, or comes at the same time."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from regulars.database.pool import Connection
from regulars.domain.campaigns.contracts import BudgetUse
from regulars.domain.campaigns.queries import budget_uses
from regulars.domain.ledger.queries import balances
from regulars.flows.nightly_work import nightly_work
from regulars.flows.process_events import process_events
from tests.factories import RULEBOOK, Shop
from tests.flows.test_parallel import AtOnce, Task, at_once, connections

__all__ = ["at_once", "connections"]
pytestmark = [pytest.mark.database, pytest.mark.capability("B6")]


def with_limits(shop: Shop, limits: dict[str, Any], **fields: Any) -> None:
    """The base rule with these limits, from the beginning."""
    document = copy.deepcopy(RULEBOOK)
    document["earn_rules"] = [document["earn_rules"][0] | {"limits": limits} | fields.pop("rule", {})]
    document["ladders"] = []
    shop.publish(document | fields)


def given(answer: dict[str, Any]) -> int:
    """Points of an answer."""
    return sum(each["points"] for each in answer["effects"] if each["type"] == "earn_points")


def verdict(answer: dict[str, Any]) -> dict[str, Any]:
    """What the only rule said."""
    (only,) = answer["rules"]
    assert isinstance(only, dict)
    return only


def uses(shop: Shop) -> list[tuple[str, int, Decimal]]:
    """(key, points, taken) of every budget."""
    return [(each.key, each.points, each.taken) for each in budget_uses(shop.conn, programme_id=shop.programme.id)]


def test_the_points_of_a_member_in_a_month_are_capped_and_what_is_left_is_given(shop: Shop) -> None:
    with_limits(shop, {"per_member": [{"points": 500, "each": "month"}]})
    ada, ben = shop.enrol(), shop.enrol()

    first, second, third = (shop.buy(ada, total) for total in ("480.00", "100.00", "10.00"))

    assert [given(each) for each in (first, second, third)] == [480, 20, 0]
    assert (verdict(second)["wanted"], verdict(second)["by"], verdict(second)["actual"]) == (
        100, "limits.per_member.0", "480",
    )  # fmt: skip
    assert verdict(third)["failed"] == "limits.per_member.0"
    assert given(shop.buy(ben, "100.00")) == 100
    shop.later(days=31)
    assert given(shop.buy(ada, "100.00")) == 100


def test_nothing_is_given_where_less_is_left_and_part_is_off(shop: Shop) -> None:
    with_limits(shop, {"per_member": [{"points": 500, "each": "lifetime"}], "partial": "off"})
    ada = shop.enrol()

    answers = [shop.buy(ada, total) for total in ("480.00", "100.00", "20.00")]

    assert [given(each) for each in answers] == [480, 0, 20]


def test_a_return_gives_the_limit_back(shop: Shop) -> None:
    with_limits(shop, {"per_member": [{"points": 100, "each": "day"}, {"times": 2, "each": "day"}]})
    ada = shop.enrol()
    first = shop.buy(ada, "60.00")
    shop.buy(ada, "30.00")
    assert given(shop.buy(ada, "30.00")) == 0

    shop.give_back(ada, first)

    assert given(shop.buy(ada, "80.00")) == 70


def test_two_firings_are_never_closer_than_the_pause_whichever_comes_first(shop: Shop) -> None:
    with_limits(shop, {"cooldown": "2 hours"})
    ada = shop.enrol()
    at = shop.now
    shop.later(days=1)

    def earned(minutes: int) -> int:
        return given(shop.buy(ada, "10.00", at=at + timedelta(minutes=minutes)))

    assert earned(0) == 10
    assert earned(119) == 0
    assert earned(120) == 10
    # Late, in between, and before the first one.
    assert earned(60) == 0
    assert earned(-119) == 0
    assert earned(-120) == 10


def test_a_returned_order_pauses_nothing(shop: Shop) -> None:
    with_limits(shop, {"cooldown": "1 day"})
    ada = shop.enrol()
    first = shop.buy(ada, "10.00")
    assert verdict(shop.buy(ada, "10.00"))["failed"] == "limits.cooldown"

    shop.give_back(ada, first)

    assert given(shop.buy(ada, "10.00")) == 10


def test_a_budget_of_points_ends_exactly_and_a_return_gives_it_back(shop: Shop) -> None:
    with_limits(shop, {"budget": {"points": 100}})
    ada, ben = shop.enrol(), shop.enrol()
    first = shop.buy(ada, "70.00")

    second = shop.buy(ben, "70.00")

    assert (given(second), verdict(second)["by"]) == (30, "limits.budget")
    assert verdict(shop.buy(ada, "1.00"))["failed"] == "limits.budget"
    shop.give_back(ada, first, amount="20.00")
    assert given(shop.buy(ben, "70.00")) == 20
    assert uses(shop) == [("rule:base", 100, Decimal(100))]


def test_a_budget_of_money_counts_what_points_are_worth(shop: Shop) -> None:
    campaign = {"id": "spring", "name": "Spring", "budget": {"money": "1.005", "each": "month"}}
    with_limits(shop, {}, rule={"campaign": "spring"}, campaigns=[campaign])
    ada = shop.enrol()

    assert [given(shop.buy(ada, "80.00")) for _ in range(2)] == [80, 20]

    shop.later(days=31)
    assert given(shop.buy(ada, "80.00")) == 80
    found = budget_uses(shop.conn, programme_id=shop.programme.id)
    assert [(each.points, each.worth, each.taken, each.most) for each in found] == [
        (80, Decimal("0.80"), Decimal("0.80"), Decimal("1.005")),
        (100, Decimal("1.00"), Decimal("1.00"), Decimal("1.005")),
    ]


def test_a_campaign_without_a_budget_counts_what_it_gives(shop: Shop) -> None:
    with_limits(shop, {}, rule={"campaign": "spring"}, campaigns=[{"id": "spring", "name": "Spring"}])

    shop.buy(shop.enrol(), "80.00")

    (use,) = budget_uses(shop.conn, programme_id=shop.programme.id)
    assert use == BudgetUse("campaign:spring", use.period, 80, Decimal("0.80"), Decimal(80), None)


def test_events_of_one_batch_share_a_budget(shop: Shop) -> None:
    with_limits(shop, {"budget": {"points": 100}})
    members = [shop.enrol() for _ in range(3)]

    sent = shop.send(*(shop.order(member, "60.00") for member in members))

    assert [given(answer) for _, answer in sent] == [60, 40, 0]


def test_pending_points_that_are_cancelled_go_back_to_the_budget(shop: Shop) -> None:
    pending = {"mode": "on_event", "event": "order_delivered", "cancel_after": "14 days"}
    point_types = [RULEBOOK["point_types"][0] | {"pending": pending}]
    with_limits(shop, {"budget": {"points": 100}}, point_types=point_types)
    ada = shop.enrol()
    shop.buy(ada, "100.00")
    assert given(shop.buy(ada, "1.00")) == 0

    shop.later(days=20)
    nightly_work(shop.conn, programme_id=shop.programme.id, now=shop.now)

    assert uses(shop) == [("rule:base", 0, Decimal(0))]
    assert given(shop.buy(ada, "60.00")) == 60


@pytest.mark.slow
def test_64_tills_at_once_give_exactly_the_budget(shop: Shop, at_once: AtOnce) -> None:
    with_limits(shop, {"budget": {"points": 1000}})
    members = [shop.enrol() for _ in range(64)]

    def buying(number: int) -> Task:
        orders = [shop.order(members[number], "17.00"), shop.order(members[(number + 1) % 64], "9.00")]
        return lambda conn: _send(conn, shop, orders)

    at_once([buying(number) for number in range(64)])

    found = balances(shop.conn, owners=members)
    assert sum(each.available for each in found.values()) == 1000
    assert uses(shop) == [("rule:base", 1000, Decimal(1000))]


def _send(conn: Connection, shop: Shop, orders: Sequence[Any]) -> list[int]:
    outcomes = process_events(conn, orders, programme_id=shop.programme.id, now=shop.now)
    assert [each.status for each in outcomes] == [201] * len(orders)
    return [each.status for each in outcomes]
