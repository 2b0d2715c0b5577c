"""Orders come back, whole or in part: by the rulebook that priced them, never more than they gave, to the cent."""

from __future__ import annotations

import copy
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from regulars.database.pool import Connection
from regulars.domain.events.contracts import OrderLine, PointsUsed, ReturnedLine
from regulars.domain.events.queries import history
from regulars.domain.ledger.queries import balances, open_lots
from regulars.domain.rewards.contracts import RewardDraft
from regulars.flows.adjust_points import adjust_points
from regulars.flows.nightly_work import nightly_work
from regulars.flows.redeem_reward import redeem_reward
from regulars.flows.save_reward import save_reward
from tests.books import findings, nothing_changes
from tests.factories import RULEBOOK, Shop, open_shop

pytestmark = pytest.mark.capability("E2")

PLAIN: dict[str, Any] = {
    "rulebook": 1,
    "name": "Plain",
    "currency": "EUR",
    "time_zone": "Europe/Berlin",
    "point_types": [{"id": "points", "name": "Points", "expiry": {"policy": "after", "period": "12 months"}}],
    "earn_rules": [
        {"id": "base", "name": "1 per euro", "earn": {"strategy": "points_per_amount", "points": 1, "per": "1.00"}}
    ],
}


def plain(conn: Connection, **changes: Any) -> Shop:
    return open_shop(conn, copy.deepcopy(PLAIN) | changes)


def give(shop: Shop, member: UUID, points: int) -> None:
    adjust_points(
        shop.conn, programme_id=shop.programme.id, member_id=member, points=points, reason="goodwill",
        now=shop.now, by="tests",
    )  # fmt: skip


def spend(shop: Shop, member: UUID, points: int) -> UUID:
    draft = RewardDraft(f"r{points}", "discount_voucher", "Voucher", points, parameters={"amount": "1.00"})
    reward = save_reward(shop.conn, draft, programme_id=shop.programme.id, now=shop.now, by="tests")
    return redeem_reward(
        shop.conn, programme_id=shop.programme.id, member_id=member, reward_id=reward.id, now=shop.now, by="tests"
    ).id


def sound(shop: Shop) -> None:
    assert findings(shop.conn, shop.programme.organisation_id) == []


def taken(answer: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """By rule: (points taken, points due)."""
    return {e["rule"]: (e["points"], e["due"]) for e in answer["effects"] if e["type"] == "revoke_points"}


def test_a_return_takes_back_what_the_rule_of_that_day_gave(conn: Connection) -> None:
    shop = plain(conn)
    ada = shop.enrol()
    bought = shop.buy(ada, "50.00")
    shop.later(days=1)
    doubled = copy.deepcopy(PLAIN)
    doubled["earn_rules"] = [
        {"id": "base", "name": "2 per euro", "earn": {"strategy": "points_per_amount", "points": 2, "per": "1.00"}}
    ]
    shop.publish(doubled, effective_from=shop.now)
    give(shop, ada, 100)

    answer = shop.give_back(ada, bought)

    assert taken(answer) == {"base": (50, 50)}
    assert shop.points(ada) == 100
    assert answer["returned"] == {
        "order": bought["id"].removeprefix("e-"), "event": bought["event"], "amount": "50.00", "whole": True,
        "left": "0.00",
    }  # fmt: skip
    sound(shop)


def test_the_rule_may_be_gone_when_the_order_comes_back(conn: Connection) -> None:
    shop = plain(conn)
    ada = shop.enrol()
    bought = shop.buy(ada, "50.00")
    shop.later(days=1)
    shop.publish(PLAIN | {"earn_rules": []}, effective_from=shop.now)

    assert taken(shop.give_back(ada, bought, amount="20.00")) == {"base": (20, 20)}
    assert shop.points(ada) == 30


@pytest.mark.parametrize(("policy", "left"), [("only_pending", 50), ("within_balance", 0), ("allow_negative", -100)])
def test_earn_150_spend_100_return_all(conn: Connection, policy: str, left: int) -> None:
    shop = plain(conn, returns={"clawback": policy})
    ada = shop.enrol()
    bought = shop.buy(ada, "150.00")
    spend(shop, ada, 100)

    answer = shop.give_back(ada, bought)

    assert shop.points(ada) == left
    assert taken(answer) == {"base": (50 - left, 150)}
    sound(shop)
    shop.buy(ada, "120.00")
    assert shop.points(ada) == left + 120
    sound(shop)


@pytest.mark.parametrize(
    ("rounding", "steps"), [("recompute_remaining", (6, 3, 0, 0)), ("prorate_floor", (6, 3, 1, 0))]
)
def test_any_series_of_returns_ends_at_nothing(conn: Connection, rounding: str, steps: tuple[int, ...]) -> None:
    shop = plain(conn, returns={"rounding": rounding})
    ada = shop.enrol()
    bought = shop.buy(ada, "9.99")
    assert shop.points(ada) == 9
    for amount, expected in zip(("3.33", "3.33", "3.32", "0.01"), steps, strict=True):
        shop.give_back(ada, bought, amount=amount)
        assert shop.points(ada) == expected
        sound(shop)
    with nothing_changes(shop):
        ((status, problem),) = shop.send(shop.returned(ada, bought["id"].removeprefix("e-")))
    assert (status, problem["code"], problem["field"]) == (409, "order_already_returned", "return.order_number")


def test_lines_come_back_with_the_points_that_they_gave(conn: Connection) -> None:
    shop = open_shop(conn, RULEBOOK)
    ada = shop.enrol()
    bought = shop.buy(
        ada,
        "45.90",
        lines=[
            OrderLine(Decimal("12.40"), sku="beans", category="coffee", quantity=Decimal(2)),
            OrderLine(Decimal("33.50"), sku="loaf", category="bread"),
        ],
    )
    assert shop.points(ada) == 57

    answer = shop.give_back(ada, bought, lines=[ReturnedLine(sku="beans", quantity=Decimal(1))])

    # 39.70 are left: 39 points, and 6 more for the coffee that stays.
    assert taken(answer) == {"base": (6, 6), "coffee": (6, 6)}
    assert shop.points(ada) == 45
    assert answer["returned"]["amount"] == "6.20"
    shop.give_back(ada, bought, lines=[ReturnedLine(line=2)])
    assert shop.points(ada) == 12
    assert shop.give_back(ada, bought, lines=[ReturnedLine(line=1)])["returned"]["whole"] is True
    assert shop.points(ada) == 0
    sound(shop)


def test_a_bonus_goes_when_the_rest_no_longer_earns_it(conn: Connection) -> None:
    bonus = {
        "id": "big", "name": "20 from 40.00 on", "earn": {"strategy": "fixed_bonus", "points": 20},
        "when": {"field": "order.amount", "at_least": 40},
    }  # fmt: skip
    shop = plain(conn, earn_rules=[*PLAIN["earn_rules"], bonus])
    ada = shop.enrol()
    bought = shop.buy(ada, "50.00")

    assert taken(shop.give_back(ada, bought, amount="10.00")) == {"base": (10, 10)}
    assert taken(shop.give_back(ada, bought, amount="0.01")) == {"base": (1, 1), "big": (20, 20)}
    assert taken(shop.give_back(ada, bought)) == {"base": (39, 39)}
    assert shop.points(ada) == 0


def test_pending_points_go_first(conn: Connection) -> None:
    types = [PLAIN["point_types"][0] | {"pending": {"mode": "after", "period": "14 days"}}]
    shop = plain(conn, point_types=types, returns={"clawback": "only_pending"})
    ada = shop.enrol()
    bought = shop.buy(ada, "80.00")
    assert balances(conn, owners=[ada])[ada, shop.point_type].pending == 80

    assert taken(shop.give_back(ada, bought, amount="30.00")) == {"base": (30, 30)}
    assert balances(conn, owners=[ada])[ada, shop.point_type].pending == 50
    shop.later(days=14)
    done = nightly_work(conn, programme_id=shop.programme.id, now=shop.now)
    assert (done.points_activated, done.points_cancelled) == (50, 0)
    assert shop.points(ada) == 50
    # Active by now: this policy leaves them.
    assert taken(shop.give_back(ada, bought)) == {"base": (0, 50)}
    assert shop.points(ada) == 50
    sound(shop)


def test_expired_points_are_not_taken_a_second_time(conn: Connection) -> None:
    shop = plain(conn, returns={"clawback": "allow_negative"})
    ada = shop.enrol()
    bought = shop.buy(ada, "60.00")
    shop.later(days=400)
    give(shop, ada, 25)

    answer = shop.give_back(ada, bought)

    assert taken(answer) == {"base": (0, 60)}
    assert shop.points(ada) == 25
    sound(shop)


def test_the_score_falls_and_the_tier_only_where_the_ladder_says_so(conn: Connection) -> None:
    for falls in (False, True):
        document = copy.deepcopy(RULEBOOK)
        document["ladders"][0]["downgrade_on_return"] = falls
        shop = open_shop(conn, document)
        ada = shop.enrol()
        first = shop.buy(ada, "150.00")
        shop.buy(ada, "60.00")
        answer = shop.give_back(ada, first, amount="20.00")
        assert answer["tiers"] == {"status": "bronze" if falls else "silver"}
        moved = [e for e in answer["effects"] if e["type"] == "change_tier"]
        expected = {"type": "change_tier", "ladder": "status", "from_tier": "silver", "to_tier": "bronze"}
        assert moved == ([expected] if falls else [])
        assert history(shop.conn, member_id=ada).spent_minor == 190_00
        sound(shop)
        nightly_work(shop.conn, programme_id=shop.programme.id, now=shop.now + timedelta(days=1))
        sound(shop)


def test_points_that_paid_come_back_to_their_lots(conn: Connection) -> None:
    shop = plain(conn)
    ada = shop.enrol()
    shop.buy(ada, "30.00")
    shop.later(days=1)
    shop.buy(ada, "40.00")
    before = open_lots(conn, owner=ada)

    bought = shop.buy(ada, "10.00", points_used=PointsUsed(50, Decimal("5.00")))
    # Net: only the 5.00 of money earn.
    assert shop.points(ada) == 70 - 50 + 5
    shop.give_back(ada, bought, amount="5.00")
    assert shop.points(ada) == 70 - 50 + 25 + 2
    shop.give_back(ada, bought)

    assert open_lots(conn, owner=ada) == before
    sound(shop)


def test_gross_counts_what_points_paid(conn: Connection) -> None:
    shop = plain(conn, orders={"earn_on": "gross"})
    ada = shop.enrol()
    give(shop, ada, 500)
    bought = shop.buy(ada, "20.00", points_used=PointsUsed(500, Decimal("5.00")))
    assert shop.points(ada) == 20
    shop.give_back(ada, bought)
    assert shop.points(ada) == 500
    sound(shop)


@pytest.mark.parametrize(("restore", "left"), [("strict", 0), ({"policy": "grace", "period": "30 days"}, 30)])
def test_points_come_back_after_their_last_day(conn: Connection, restore: Any, left: int) -> None:
    shop = plain(conn, returns={"restore": restore})
    ada = shop.enrol()
    shop.buy(ada, "30.00")
    shop.later(days=360)
    bought = shop.buy(ada, "3.00", points_used=PointsUsed(30, Decimal("3.00")))
    shop.later(days=20)
    shop.give_back(ada, bought)
    assert shop.points(ada) == left
    sound(shop)


def test_a_return_waits_for_its_order(conn: Connection) -> None:
    shop = plain(conn)
    ada = shop.enrol()
    order = shop.order(ada, "50.00")
    assert order.order is not None
    early = shop.returned(ada, order.order.number, amount="20.00")
    later = shop.returned(ada, order.order.number, amount="10.00")
    too_much = shop.returned(ada, order.order.number, amount="30.00")

    answers = shop.send(early, later, too_much)
    assert [(status, answer["status"]) for status, answer in answers] == [(201, "waiting")] * 3
    assert shop.send(early) == [(200, answers[0][1])]

    ((status, answer),) = shop.send(order)
    assert (status, answer["effects"][0]["points"]) == (201, 50)
    assert shop.points(ada) == 20
    sound(shop)
    rows = conn.execute(
        "select refusal from events_awaiting where programme_id = %s order by return_id", [shop.programme.id]
    ).fetchall()
    assert [row[0] for row in rows][:2] == ["", ""]
    assert rows[2][0].startswith("30.00 were sent, and 20.00")


def test_order_and_returns_in_one_batch(conn: Connection) -> None:
    shop = plain(conn)
    ada, ben = shop.enrol(), shop.enrol()
    order, other = shop.order(ada, "50.00"), shop.order(ben, "7.00")
    assert order.order is not None
    number = order.order.number
    batch = [
        shop.returned(ada, number, amount="5.00"), order, shop.returned(ada, number, amount="10.00"), other,
        shop.order(ada, "1.00"), shop.returned(ada, number, amount="15.00"),
    ]  # fmt: skip

    answers = shop.send(*batch)

    assert [status for status, _ in answers] == [201] * 6
    assert (shop.points(ada), shop.points(ben)) == (50 - 30 + 1, 7)
    assert shop.send(*batch) == [(200, answer) for _, answer in answers]
    sound(shop)


def test_a_return_is_refused_in_words_and_changes_nothing(conn: Connection) -> None:
    shop = plain(conn)
    ada, ben = shop.enrol(), shop.enrol()
    bought = shop.buy(ada, "20.00", lines=[OrderLine(Decimal("20.00"), sku="cup", quantity=Decimal(2))])
    number = bought["id"].removeprefix("e-")
    cases = [
        (shop.returned(ben, number), "order_of_another_member", "member"),
        (shop.returned(ada, number, amount="20.01"), "more_returned_than_paid", "return.amount"),
        (shop.returned(ada, number, amount="0.001"), "too_many_decimals", "return.amount"),
        (shop.returned(ada, number, lines=[ReturnedLine(line=2)]), "line_not_in_order", "return.lines[0]"),
        (shop.returned(ada, number, lines=[ReturnedLine(sku="mug")]), "line_not_in_order", "return.lines[0]"),
        (
            shop.returned(ada, number, lines=[ReturnedLine(sku="cup", quantity=Decimal(3))]),
            "more_returned_than_bought",
            "return.lines[0].quantity",
        ),
        (
            shop.returned(ada, number, lines=[ReturnedLine(line=1), ReturnedLine(line=1, quantity=Decimal(1))]),
            "more_returned_than_bought",
            "return.lines[1].quantity",
        ),
    ]
    for event, code, field in cases:
        with nothing_changes(shop):
            ((status, problem),) = shop.send(event)
        assert (problem["code"], problem["field"]) == (code, field)
        assert status in (409, 422)
        assert problem["remedy"].endswith(".")


def test_after_a_full_return_the_next_order_is_the_first_again(conn: Connection) -> None:
    first = {"id": "first", "name": "First order", "earn": {"strategy": "first_order_bonus", "points": 50}}
    shop = plain(conn, earn_rules=[*PLAIN["earn_rules"], first])
    ada = shop.enrol()
    bought = shop.buy(ada, "10.00")
    assert shop.points(ada) == 60
    shop.give_back(ada, bought)
    assert shop.points(ada) == 0
    shop.buy(ada, "10.00")
    assert shop.points(ada) == 60
    sound(shop)
