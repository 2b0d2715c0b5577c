"""Every goal: its figure, its words, and when it is met surely, perhaps, or not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.tuning.estimates import Estimate
from regulars.flows.tuning.goal import Goal, Met, goal_of, goals_by_name, stated_goal
from regulars.flows.tuning.lever import Ground, Priced
from regulars.flows.tuning.outcome import Lives, Member, Outcome
from tests.factories import RULEBOOK

GROUND = Ground(Rulebook.model_validate(RULEBOOK).document(), (Priced("coffee", "Free coffee", "points", 50),))
EURO = Decimal("0.01")
LIVES = [
    Lives(
        Member(orders, Decimal(sales), days, days),
        (Outcome(EURO * earned, EURO * gone, EURO * (earned - gone), reward, earned, 0, (("status", tier),)),),
    )
    for orders, sales, days, earned, gone, reward, tier in (
        (2, 100, 200, 100, 20, 30, "silver"),
        (1, 50, 200, 50, 0, 95, "bronze"),
        (1, 10, 40, 10, 10, None, "bronze"),
    )
]
STORY: dict[str, tuple[dict[str, Any], Decimal, str]] = {
    "cost_per_order": ({"at_most": "0.5"}, Decimal("0.40"), "Points given per order, in money: at most 0.50 EUR"),
    "cost_of_sales": ({"at_most": "0.015"}, EURO, "Points given, as a share of sales: at most 1.5 %"),
    "first_reward_in_time": (
        {"days": 90, "at_least": "0.6"},
        Decimal("0.5"),  # of the two who are there for 90 days
        "Members who reach a first reward within 90 days: at least 60 %",
    ),
    "members_on_tier": (
        {"ladder": "status", "tier": "silver", "at_least": "0.05", "at_most": "0.1"},
        Decimal(1) / 3,
        "Members on tier “Silver”: between 5 % and 10 %",
    ),
    "liability_at_end": (
        {"at_most": "1000"}, Decimal("1.30"), "What members have at the end, in money: at most 1,000.00 EUR",
    ),
    "points_expired": (
        {"at_most": "0.2"}, Decimal("0.1875"), "Points that expire, as a share of those given: at most 20 %",
    ),
}  # fmt: skip


def test_every_goal_has_its_story() -> None:
    assert set(goals_by_name()) == set(STORY)


@pytest.mark.parametrize("name", STORY)
def test_a_goal(name: str) -> None:
    stated, value, words = STORY[name]
    goal: Goal = goal_of({"goal": name, **stated}, GROUND)
    found = goal.figure(LIVES, 0, of=3)
    assert found == Estimate(value, value, value)
    assert str(goal.words(GROUND)) == words
    assert goal_of(stated_goal(goal), GROUND) == goal
    assert goal.has_bound


@pytest.mark.parametrize(
    ("low", "high", "met"),
    [("0.1", "0.4", Met.surely), ("0.1", "0.6", Met.perhaps), ("0.51", "0.6", Met.no), ("0.5", "0.5", Met.surely)],
)
def test_whether_it_is_met(low: str, high: str, met: Met) -> None:
    estimate = Estimate(Decimal(low), Decimal(low), Decimal(high))
    assert goal_of({"goal": "cost_per_order", "at_most": "0.5"}, GROUND).met_by(estimate) is met


def test_how_far_it_is_missed() -> None:
    between = goal_of({"goal": "cost_per_order", "at_least": "0.4", "at_most": "0.5"}, GROUND)
    missed = [between.missed_by(Estimate(*[Decimal(each)] * 3)) for each in ("0.3", "0.45", "0.75")]
    assert missed == [Decimal("0.25"), 0, Decimal("0.5")]
    assert between.met_by(None) is Met.perhaps
