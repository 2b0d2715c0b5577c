"""Each strategy: its worked example, its bounds, its words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from regulars.domain.earning import strategies
from regulars.domain.earning.rules import EarnRule, strategies_by_name, strategy_of
from tests.unit.earning.stage import BASE, TERMS, asked, line, member, order, points, rule


def earning(strategy: str, **parameters: Any) -> EarnRule:
    return rule(earn={"strategy": strategy, **parameters})


def test_every_strategy_is_found_by_its_file() -> None:
    files = {path.stem for path in Path(strategies.__path__[0]).glob("*.py")} - {"__init__"}
    assert set(strategies_by_name()) == files
    assert all(strategy.title and strategy.__doc__ for strategy in strategies_by_name().values())


def test_points_per_amount() -> None:
    assert points([earning("points_per_amount", points=1)], order(minor=4590)) == {"r": 45}
    assert points([earning("points_per_amount", points=2.5, per=10)], order(minor=4590)) == {"r": 11}


def test_points_per_amount_is_exact_where_decimals_are_not() -> None:
    # 1/3 has no end: counted in decimals, 9.00 at 1 for every 3.00 would be 2.99... and lose a point.
    third = earning("points_per_amount", points=1, per=3)
    assert points([third], order(minor=900)) == {"r": 3}
    assert points([third], order(minor=1000)) == {"r": 3}
    assert asked([third], order(minor=1000)).verdicts[0].exact == "3.333333333333333333333333333"


@pytest.mark.parametrize(("places", "minor", "expected"), [(0, 1500, 15), (2, 1500, 0), (3, 100_000, 1)])
def test_points_per_amount_in_currencies_of_other_places(places: int, minor: int, expected: int) -> None:
    assert points([earning("points_per_amount", points=1, per=100)], order(minor=minor, places=places)) == {
        "r": expected
    }


def test_points_per_item_counts_whole_items_line_by_line() -> None:
    five = earning("points_per_item", points=5)
    assert points([five], order(line("coffee", 600, quantity="2"), line("cake", 400))) == {"r": 15}
    assert points([five], order(line("cheese", 600, quantity="2.5"))) == {"r": 10}
    assert points([five], order(line("cheese", 600, quantity="0.75"), line("cheese", 600, quantity="0.75"))) == {"r": 0}
    assert points([five], order(line("gone", 0, quantity="0"))) == {"r": 0}
    assert points([five], order(line("back", -600, quantity="-2"), line("tea", 300))) == {"r": 5}


def test_points_per_item_of_matching_lines() -> None:
    coffee = rule(earn={"strategy": "points_per_item", "points": 1.5}, lines={"field": "line.category", "is": "coffee"})
    assert points([coffee], order(line("coffee", 600, quantity="3"), line("tea", 300, quantity="9"))) == {"r": 4}


def test_fixed_bonus_is_for_the_event_and_not_for_each_line() -> None:
    bonus = rule(earn={"strategy": "fixed_bonus", "points": 50}, lines={"field": "line.category", "is": "coffee"})
    assert points([bonus], order(line("coffee", 1), line("coffee", 1), line("tea", 1))) == {"r": 50}
    assert points([bonus], order(line("tea", 1))) == {"r": 0}


def test_first_order_bonus() -> None:
    first = earning("first_order_bonus", points=200)
    assert points([first], order(minor=1), member(orders=0)) == {"r": 200}
    assert points([first], order(minor=1), member(orders=1)) == {"r": 0}


def test_multiplier_gives_the_extra_of_the_lines_that_both_rules_match() -> None:
    base = rule(**{**BASE, "lines": {"field": "line.category", "is_not": "tobacco"}})
    triple = rule(
        id="triple",
        earn={"strategy": "multiplier", "factor": 3, "of": "base"},
        lines={"field": "line.brand", "is": "own"},
    )
    basket = order(line("coffee", 1000), line("tobacco", 2000), line("tea", 400, brand="other"))
    assert points([base, triple], basket) == {"base": 14, "triple": 20}


def test_multipliers_of_one_rule_add_their_extras() -> None:
    extra = [rule(id=f"x{n}", earn={"strategy": "multiplier", "factor": n, "of": "base"}) for n in (2, 3)]
    assert points([rule(**BASE), *extra], order(minor=1000)) == {"base": 10, "x2": 10, "x3": 20}


def test_multiplier_multiplies_before_rounding_and_without_loss() -> None:
    third = rule(**{**BASE, "earn": {"strategy": "points_per_amount", "points": 1, "per": 3}})
    fourfold = rule(id="x4", earn={"strategy": "multiplier", "factor": 4, "of": "base"})
    # 10/3 is 3.33, three times that is 10 and not 9.99.
    assert points([third, fourfold], order(minor=1000)) == {"base": 3, "x4": 10}


def test_multiplier_of_a_rule_that_did_not_fire_gives_nothing() -> None:
    web = rule(**{**BASE, "when": {"field": "event.channel", "is": "web"}})
    double = rule(id="x2", earn={"strategy": "multiplier", "factor": 2, "of": "base"})
    assert points([web, double], order(minor=1000)) == {"base": 0, "x2": 0}


def test_multiplier_of_a_fixed_bonus() -> None:
    bonus = rule(
        id="bonus", earn={"strategy": "fixed_bonus", "points": 50}, lines={"field": "line.category", "is": "tea"}
    )
    double = rule(
        id="x2", earn={"strategy": "multiplier", "factor": 2, "of": "bonus"}, lines={"field": "line.brand", "is": "own"}
    )
    assert points([bonus, double], order(line("tea", 1))) == {"bonus": 50, "x2": 50}
    assert points([bonus, double], order(line("tea", 1, brand="other"), line("coffee", 1))) == {"bonus": 50, "x2": 0}


@pytest.mark.parametrize(
    "earn",
    [
        {"strategy": "points_per_amount", "points": 0},
        {"strategy": "points_per_amount", "points": -1},
        {"strategy": "points_per_amount", "points": float("nan")},
        {"strategy": "points_per_amount", "points": float("inf")},
        {"strategy": "points_per_amount", "points": "Infinity"},
        {"strategy": "points_per_amount", "points": 1_000_001},
        {"strategy": "points_per_amount", "points": 0.00001},
        {"strategy": "points_per_amount", "points": True},
        {"strategy": "points_per_amount", "points": 1, "per": 0},
        {"strategy": "points_per_amount", "points": 1, "pre": 1},
        {"strategy": "points_per_amount"},
        {"strategy": "points_per_item", "points": -1},
        {"strategy": "points_per_item", "points": float("nan")},
        {"strategy": "fixed_bonus", "points": 0},
        {"strategy": "fixed_bonus", "points": 1.5},
        {"strategy": "fixed_bonus", "points": True},
        {"strategy": "first_order_bonus", "points": -5},
        {"strategy": "multiplier", "factor": 1, "of": "base"},
        {"strategy": "multiplier", "factor": 101, "of": "base"},
        {"strategy": "multiplier", "factor": float("nan"), "of": "base"},
        {"strategy": "multiplier", "factor": 2},
        {"strategy": "points_per_amuont", "points": 1},
        {"strategy": 7},
        {"points": 1},
        {},
        "points_per_amount",
        None,
    ],
)
def test_what_no_strategy_accepts(earn: Any) -> None:
    with pytest.raises(ValidationError):
        rule(earn=earn)


@pytest.mark.parametrize(
    ("earn", "words"),
    [
        ({"strategy": "points_per_amount", "points": 1, "per": 1}, "1 for every 1.00 EUR"),
        ({"strategy": "points_per_item", "points": 5}, "5 for every item"),
        ({"strategy": "fixed_bonus", "points": 1000}, "a bonus of 1,000"),
        ({"strategy": "first_order_bonus", "points": 50}, "a bonus of 50 for the first order"),
        ({"strategy": "multiplier", "factor": 2.5, "of": "base"}, "2.5 times the points of “Base”"),
    ],
)
def test_words(earn: Any, words: str) -> None:
    assert str(strategy_of(rule(earn=earn)).words(TERMS)) == words
