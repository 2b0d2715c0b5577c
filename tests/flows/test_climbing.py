"""Events move members up the ladders, and out of the windows."""

from __future__ import annotations

import copy
from datetime import timedelta
from uuid import UUID

from regulars.database.pool import Connection
from regulars.domain.tiers.queries import standings, tier_changes
from regulars.flows.review_tiers import review_tiers
from tests.factories import RULEBOOK, Shop, open_shop


def test_a_tier_is_reached_exactly_at_its_threshold(shop: Shop) -> None:
    member = shop.enrol()

    assert shop.buy(member, "199.99")["tiers"] == {"status": "bronze"}
    assert shop.buy(member, "0.01")["tiers"] == {"status": "silver"}
    assert shop.buy(member, "300.00")["tiers"] == {"status": "gold"}
    steps = [(step.from_tier, step.to_tier, step.score) for step in tier_changes(shop.conn, member_ids=[member])]
    assert steps == [("silver", "gold", 50_000), ("bronze", "silver", 20_000)]


def test_one_order_may_climb_two_tiers_at_once(shop: Shop) -> None:
    member = shop.enrol()

    assert shop.buy(member, "500.00")["effects"][-1] == {
        "type": "change_tier", "ladder": "status", "from_tier": "bronze", "to_tier": "gold",
    }  # fmt: skip
    assert len(tier_changes(shop.conn, member_ids=[member])) == 1


def score_of(shop: Shop, member: UUID) -> tuple[int, str]:
    (standing,) = standings(shop.conn, member_ids=[member])
    return standing.score, standing.tier


def test_what_is_older_than_twelve_months_no_longer_counts(shop: Shop) -> None:
    """150.00 on 2 March 2026 count up to 1 March 2027 and no longer on 2 March 2027."""
    member = shop.enrol()
    shop.buy(member, "150.00")
    shop.later(days=364)
    assert shop.buy(member, "40.00")["tiers"] == {"status": "bronze"}
    assert score_of(shop, member) == (19_000, "bronze")
    shop.later(days=1)

    answer = shop.buy(member, "20.00")

    assert answer["tiers"] == {"status": "bronze"}
    assert score_of(shop, member) == (6_000, "bronze")


def test_a_year_of_orders_in_one_batch_counts_like_a_year_of_batches(shop: Shop, conn: Connection) -> None:
    """An import of history: the first order left the window long before the last one came."""
    spread = [
        (shop.now + timedelta(days=days), total) for days, total in ((0, "150.00"), (200, "30.00"), (370, "40.00"))
    ]
    at_once, one_by_one = shop.enrol(), shop.enrol()
    shop.later(days=400)
    shop.send(*(shop.order(at_once, total, at=at) for at, total in spread))
    for at, total in spread:
        shop.buy(one_by_one, total, at=at)

    assert score_of(shop, at_once) == score_of(shop, one_by_one) == (7_000, "bronze")


def test_a_late_order_counts_within_the_window_and_not_before_it(shop: Shop) -> None:
    member = shop.enrol()
    shop.buy(member, "100.00")

    assert shop.buy(member, "90.00", at=shop.now - timedelta(days=364))["tiers"] == {"status": "bronze"}
    assert score_of(shop, member) == (19_000, "bronze")
    shop.buy(member, "500.00", at=shop.now - timedelta(days=365))
    assert score_of(shop, member) == (19_000, "bronze")
    assert shop.buy(member, "10.00")["tiers"] == {"status": "silver"}


def test_a_tier_that_is_no_longer_earned_is_lost_on_the_day_of_the_review(shop: Shop) -> None:
    member = shop.enrol()
    shop.buy(member, "200.00")
    place = {"programme_id": shop.programme.id}
    assert review_tiers(shop.conn, **place, now=shop.now + timedelta(days=364)) == 0
    assert score_of(shop, member) == (20_000, "silver")

    assert review_tiers(shop.conn, **place, now=shop.now + timedelta(days=365)) == 1
    assert score_of(shop, member) == (0, "bronze")
    assert review_tiers(shop.conn, **place, now=shop.now + timedelta(days=365)) == 0


def test_points_that_leave_the_window_are_reviewed_on_the_day(conn: Connection) -> None:
    """60 for joining and 40 for an order 300 days later make silver, until the 60 are a year old."""
    shop = open_shop(conn, POINTS_LADDER)
    member, joined = shop.enrol(), shop.now
    shop.later(days=300)
    assert shop.buy(member, "40.00")["tiers"] == {"status": "silver"}
    reviewed = [
        review_tiers(conn, programme_id=shop.programme.id, now=joined + timedelta(days=day)) for day in (301, 364, 365)
    ]

    assert reviewed == [0, 0, 1]
    assert score_of(shop, member) == (40, "bronze")


POINTS_LADDER = copy.deepcopy(RULEBOOK)
POINTS_LADDER["earn_rules"] += [
    {"id": "welcome", "name": "Welcome", "on": "member.enrolled", "earn": {"strategy": "fixed_bonus", "points": 60}}
]
POINTS_LADDER["ladders"][0] |= {
    "metric": "points",
    "point_type": "points",
    "tiers": [
        {"id": "bronze", "name": "Bronze", "from_score": 0},
        {"id": "silver", "name": "Silver", "from_score": 100},
    ],
}


def test_a_ladder_of_points_counts_what_was_earned_by_any_event(conn: Connection) -> None:
    shop = open_shop(conn, POINTS_LADDER)
    member = shop.enrol()
    assert score_of(shop, member) == (60, "bronze")

    assert shop.buy(member, "40.00")["tiers"] == {"status": "silver"}
    assert score_of(shop, member) == (100, "silver")


def test_points_earned_without_an_order_leave_the_window_too(conn: Connection) -> None:
    shop = open_shop(conn, POINTS_LADDER)
    member = shop.enrol()
    shop.later(days=300)
    shop.buy(member, "10.00")
    shop.later(days=100)

    assert shop.buy(member, "20.00")["tiers"] == {"status": "bronze"}
    assert score_of(shop, member) == (30, "bronze")


def test_a_new_ladder_counts_what_is_in_its_window(shop: Shop) -> None:
    """A ladder that comes with version 2 starts with the orders that members have made, not with nothing."""
    member = shop.enrol()
    shop.buy(member, "180.00")
    second = copy.deepcopy(RULEBOOK)
    second["ladders"].append(copy.deepcopy(second["ladders"][0]) | {"id": "club", "name": "Club"})
    shop.later(days=1)
    shop.publish(second, effective_from=shop.now)

    answer = shop.buy(member, "20.00")

    assert answer["tiers"] == {"status": "silver", "club": "silver"}
    assert {(each.ladder, each.score) for each in standings(shop.conn, member_ids=[member])} == {
        ("status", 20_000),
        ("club", 20_000),
    }
