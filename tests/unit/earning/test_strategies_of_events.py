"""Strategies about what else an order or an event holds: baskets, codes, numbers, recommendations."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from regulars.domain.earning.contracts import Data
from regulars.domain.earning.explain import explain
from regulars.domain.earning.rules import EarnRule, strategy_of
from tests.unit.earning.stage import TERMS, asked, line, order, points, rule

pytestmark = pytest.mark.capability("B2", "B8")
COFFEE = {"field": "line.category", "is": "coffee"}
CAKE = {"any": [{"field": "line.category", "is": "cake"}, {"field": "line.category", "is": "pie"}]}


def earning(strategy: str, **parameters: Any) -> EarnRule:
    return rule(earn={"strategy": strategy, **parameters})


def said(one: EarnRule, *lines: Any, data: dict[str, Data] | None = None) -> str:
    return str(explain(asked([one], order(*lines, data=data)).verdicts[0], one, TERMS))


# ---- baskets


@pytest.mark.parametrize(
    ("lines", "once", "each"),
    [
        ([line("coffee", 300)], 0, 0),
        ([line("coffee", 300), line("cake", 400)], 30, 30),
        ([line("coffee", 600, quantity="2"), line("cake", 400), line("pie", 800, quantity="2")], 30, 60),
        ([line("coffee", 300), line("cake", 100, quantity="0.5")], 30, 0),
        ([line("coffee", 300), line("cake", 0, quantity="0")], 0, 0),
    ],
)
def test_basket_combination(lines: Any, once: int, each: int) -> None:
    assert points([earning("basket_combination", points=30, items=[COFFEE, CAKE])], order(*lines)) == {"r": once}
    sets = earning("basket_combination", points=30, items=[COFFEE, CAKE], for_each=True)
    assert points([sets], order(*lines)) == {"r": each}


def test_basket_combination_compares_money_in_the_currency_of_the_order() -> None:
    dear = {"field": "line.amount", "at_least": 10}
    one = earning("basket_combination", points=5, items=[COFFEE, dear])
    assert points([one], order(line("coffee", 300), line("cake", 999))) == {"r": 0}
    assert points([one], order(line("coffee", 300), line("cake", 1000))) == {"r": 5}
    assert points([one], order(line("coffee", 300), line("cake", 10), places=0)) == {"r": 5}


def test_basket_combination_says_what_is_missing() -> None:
    one = earning("basket_combination", points=30, items=[COFFEE, CAKE], for_each=True)
    assert said(one, line("coffee", 300)) == (
        "what is missing for a set: one where the category is cake, or the category is pie"
    )
    both = "one where the category is coffee and one where the category is cake, or the category is pie"
    assert said(one, line("coffee", 300, quantity="2"), line("pie", 300, quantity="2")) == (
        f"2 sets of {both} at 30 each gives 60"
    )
    assert str(strategy_of(one).words(TERMS)) == f"30 for every set of things bought together: {both}"


def test_basket_combination_reads_back_as_it_was_stored() -> None:
    one = earning("basket_combination", points=30, items=[COFFEE, {"not": CAKE}])
    assert one.earn["items"] == [COFFEE, {"not": CAKE}]
    assert rule(earn=one.earn).earn == one.earn


@pytest.mark.parametrize(
    "items",
    [
        [COFFEE],
        [COFFEE, {"field": "order.amount", "at_least": 5}],
        [COFFEE, {"field": "line.colour", "is": "red"}],
        [COFFEE, {"field": "line.amount", "starts_with": "5"}],
        [COFFEE, {"not": {"field": "member.orders", "is": 0}}],
    ],
)
def test_baskets_that_are_refused(items: Any) -> None:
    with pytest.raises(ValidationError):
        earning("basket_combination", points=30, items=items)


# ---- codes


@pytest.mark.parametrize(
    ("entered", "expected"),
    [
        ("SPRING26", 50),
        (" spring 26 ", 50),
        ("Spring-26", 50),
        ("SPRİNG26", 50),  # the capital of a Turkish keyboard
        ("sprıng26", 50),  # and its small letter
        ("ＳＰＲＩＮＧ２６", 50),  # full-width letters
        ("SPRING27", 0),
        ("", 0),
        (None, 0),
        (True, 0),
    ],
)
def test_code_entered(entered: Data, expected: int) -> None:
    code = rule(on="code.entered", earn={"strategy": "code_entered", "points": 50, "codes": ["Spring 26", "2026"]})
    assert points([code], order(on="code.entered", data={"code": entered})) == {"r": expected}


def test_code_entered_as_a_number() -> None:
    code = earning("code_entered", points=50, codes=["2026"])
    assert points([code], order(data={"code": 2026})) == {"r": 50}


def test_code_entered_in_words() -> None:
    code = earning("code_entered", points=50, codes=["SPRING26"])
    assert said(code, data={"code": "spring 26"}) == "the code “spring 26” gives 50"
    assert said(code, data={"code": "x" * 99}) == f"“{'x' * 40}” is not a code of this rule"
    assert said(code) == "no code was entered"
    assert "SPRING26" not in str(strategy_of(code).words(TERMS))


@pytest.mark.parametrize("codes", [[], ["abc"], ["- - - -"], ["x" * 41], ["SPRING26", "spring 26"]])
def test_codes_that_are_refused(codes: list[str]) -> None:
    with pytest.raises(ValidationError):
        earning("code_entered", points=50, codes=codes)


# ---- numbers of the event


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (45, 90), (0.5, 1), (50, 100), (50.5, 100), (80, 100), (10**30, 100), (1e300, 100), (0, 0), (-5, 0), ("45", 0),
        (None, 0), (True, 0),
    ],
)  # fmt: skip
def test_points_from_data(value: Data, expected: int) -> None:
    one = earning("points_from_data", field="minutes", points=2, most=100)
    assert points([one], order(data={"minutes": value})) == {"r": expected}


def test_points_from_data_in_words() -> None:
    one = earning("points_from_data", field="minutes", points=2, most=100)
    assert said(one, data={"minutes": 45}) == "“minutes” was 45, at 2 each gives 90"
    assert said(one, data={"minutes": 50}) == "“minutes” was 50, at 2 each gives 100"
    assert said(one, data={"minutes": 80}) == "“minutes” was 80, at 2 each and at most 100 at once gives 100"
    assert said(one, data={"minutes": "x"}) == "“minutes” was not given as a number above 0"
    assert str(strategy_of(one).words(TERMS)) == "2 for each unit of “minutes”, at most 100 at once"


def test_points_from_data_have_a_cap() -> None:
    with pytest.raises(ValidationError, match="most"):
        earning("points_from_data", field="minutes")


# ---- recommendations


@pytest.mark.parametrize(("data", "expected"), [({"referrer": "ada"}, 100), ({"referrer": " "}, 0), ({}, 0)])
def test_referral(data: dict[str, Data], expected: int) -> None:
    one = earning("referral", points=100)
    assert points([one], order(data=data)) == {"r": expected}
    words = (
        "a bonus of 100 for coming by recommendation gives 100" if expected else "nobody was named who recommended us"
    )
    assert said(one, data=data) == words
