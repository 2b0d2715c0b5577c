"""Strategies that count money: bands, thresholds, tables of rates, cash-back. Golden numbers, borders, words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from regulars.domain.earning.explain import explain
from regulars.domain.earning.rules import EarnRule, strategy_of
from tests.unit.earning.stage import BASE, TERMS, asked, line, order, points, rule

pytestmark = pytest.mark.capability("B1", "B8")
BANDS = [{"from_amount": 0, "points": 1}, {"from_amount": 50, "points": 2}, {"from_amount": 100, "points": 3}]
MONEY = TERMS.model_copy(update={"money_points": frozenset({"points"})})


def earning(strategy: str, **parameters: Any) -> EarnRule:
    return rule(earn={"strategy": strategy, **parameters})


def said(one: EarnRule, minor: int, terms: Any = TERMS) -> str:
    return str(explain(asked([one], order(minor=minor)).verdicts[0], one, terms))


# ---- bands


@pytest.mark.parametrize(
    ("minor", "marginal", "whole"),
    [
        (0, 0, 0),
        (4999, 49, 49),
        (5000, 50, 100),
        (9999, 149, 199),
        (10000, 150, 300),
        (14590, 287, 437),
    ],
)
def test_banded_rate_on_both_sides_of_every_border(minor: int, marginal: int, whole: int) -> None:
    assert points([earning("banded_rate", bands=BANDS)], order(minor=minor)) == {"r": marginal}
    assert points([earning("banded_rate", bands=BANDS, apply="whole")], order(minor=minor)) == {"r": whole}


def test_banded_rate_is_exact_where_decimals_are_not() -> None:
    bands = [{"from_amount": 0, "points": 1}, {"from_amount": 10, "points": 2}]
    third = earning("banded_rate", bands=bands, per=3)
    # 10/3 + 2 x 10/3 = 10 exactly; in decimals 9.99...
    assert points([third], order(minor=2000)) == {"r": 10}


def test_banded_rate_gives_nothing_below_its_first_band() -> None:
    late = earning("banded_rate", bands=[{"from_amount": 20, "points": 5}])
    assert points([late], order(minor=1999)) == {"r": 0}
    assert points([late], order(minor=2000)) == {"r": 0}
    assert points([late], order(minor=2100)) == {"r": 5}
    assert said(late, 1999) == "what counts here came to 19.99 EUR, and points begin at 20.00 EUR"


def test_banded_rate_explains_every_part() -> None:
    one = earning("banded_rate", bands=BANDS)
    assert said(one, 14590) == (
        "50.00 EUR at 1 for every 1.00 EUR, 50.00 EUR at 2 for every 1.00 EUR and 45.90 EUR at 3 for every 1.00 EUR"
        " gives 287.7, rounded down to 287"
    )
    whole = earning("banded_rate", bands=BANDS, apply="whole")
    assert said(whole, 5000) == "50.00 EUR at 2 for every 1.00 EUR gives 100"
    assert str(strategy_of(whole).words(TERMS)) == (
        "for every 1.00 EUR: 1 from 0.00 EUR, 2 from 50.00 EUR and 3 from 100.00 EUR, all of it at the rate that it"
        " reaches"
    )


def test_a_multiplier_asks_a_band_about_some_lines_as_if_nothing_else_had_been_bought() -> None:
    base = rule(**{**BASE, "earn": {"strategy": "banded_rate", "bands": BANDS}})
    double = rule(
        id="x2", earn={"strategy": "multiplier", "factor": 2, "of": "base"}, lines={"field": "line.category", "is": "a"}
    )
    assert points([base, double], order(line("a", 6000), line("b", 6000))) == {"base": 210, "x2": 70}


@pytest.mark.parametrize(
    ("bands", "why"),
    [
        ([{"from_amount": 50, "points": 2}, {"from_amount": 0, "points": 1}], "stands after the one from 50"),
        ([{"from_amount": 5, "points": 2}, {"from_amount": 5, "points": 1}], "two bands begin at 5, so they overlap"),
        ([{"from_amount": 0, "points": 0}], "no band gives points"),
        ([{"from_amount": -1, "points": 1}], "greater than or equal to 0"),
        ([{"from_amount": 0, "points": True}], "a number is needed here"),
        ([], "at least 1 item"),
    ],
)
def test_bands_that_are_refused(bands: Any, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        earning("banded_rate", bands=bands)


# ---- thresholds


@pytest.mark.parametrize(
    ("minor", "once", "each"), [(0, 0, 0), (9999, 0, 0), (10000, 50, 50), (19999, 50, 50), (35000, 50, 150)]
)
def test_spend_threshold(minor: int, once: int, each: int) -> None:
    assert points([earning("spend_threshold", points=50, amount=100)], order(minor=minor)) == {"r": once}
    assert points([earning("spend_threshold", points=50, amount=100, for_each=True)], order(minor=minor)) == {"r": each}


def test_spend_threshold_of_matching_lines() -> None:
    shoes = rule(
        earn={"strategy": "spend_threshold", "points": 50, "amount": 100},
        lines={"field": "line.category", "is": "shoes"},
    )
    assert points([shoes], order(line("shoes", 9000), line("socks", 2000))) == {"r": 0}
    assert points([shoes], order(line("shoes", 9000), line("shoes", 1000))) == {"r": 50}


def test_spend_threshold_in_words() -> None:
    once = earning("spend_threshold", points=50, amount=100)
    each = earning("spend_threshold", points=50, amount=100, for_each=True)
    assert str(strategy_of(once).words(TERMS)) == "50 from 100.00 EUR"
    assert str(strategy_of(each).words(TERMS)) == "50 for each full 100.00 EUR"
    assert said(once, 12000) == "120.00 EUR is 100.00 EUR or more, which gives 50"
    assert said(each, 35000) == "350.00 EUR holds 100.00 EUR 3 times, at 50 each gives 150"
    assert said(each, 9999) == "what counts here came to 99.99 EUR, and the points are from 100.00 EUR"


# ---- a table of rates

RATES = {"coffee": 3, "cake": 2, "tobacco": 0}


def test_rate_per_category() -> None:
    table = earning("rate_per_category", rates=RATES, otherwise=1)
    basket = order(line("coffee", 600), line("cake", 400), line("tea", 250), line("tobacco", 900))
    assert asked([table], basket).verdicts[0].exact == "28.5"
    assert points([table], basket) == {"r": 28}
    assert points([earning("rate_per_category", rates=RATES)], basket) == {"r": 26}


def test_rate_per_brand_and_article_for_whole_items() -> None:
    brand = earning("rate_per_category", by="brand", count="items", rates={"own": 5})
    assert points([brand], order(line("a", 100, quantity="2.5"), line("a", 100, brand="other"))) == {"r": 10}
    article = earning("rate_per_category", by="sku", rates={"a-1": 0.5}, per=2)
    assert points([article], order(line("x", 1000, sku="a-1"), line("x", 1000, sku="a-2"))) == {"r": 2}


def test_rate_per_category_is_exact_where_decimals_are_not() -> None:
    thirds = earning("rate_per_category", rates={"a": 1, "b": 2}, per=3)
    # 1/3 + 2/3
    assert points([thirds], order(line("a", 100), line("b", 100))) == {"r": 1}


def test_rate_per_category_in_words() -> None:
    table = earning("rate_per_category", rates=RATES, otherwise=1)
    verdict = asked([table], order(line("coffee", 600), line("tea", 250))).verdicts[0]
    assert str(explain(verdict, table, TERMS)) == (
        "6.00 EUR of coffee at 3 for every 1.00 EUR and 2.50 EUR of everything else at 1 for every 1.00 EUR"
        " gives 20.5, rounded down to 20"
    )
    assert str(strategy_of(table).words(TERMS)) == (
        "for every 1.00 EUR: 3 for coffee, 2 for cake, 0 for tobacco and 1 for everything else"
    )
    none = asked([earning("rate_per_category", rates={"x": 1})], order(line("tea", 250))).verdicts[0]
    assert str(explain(none, earning("rate_per_category", rates={"x": 1}), TERMS)) == (
        "nothing in the order is in the table of this rule"
    )


def test_a_long_table_keeps_few_inputs() -> None:
    table = earning("rate_per_category", rates={f"c{number}": 1 for number in range(10)})
    verdict = asked([table], order(*(line(f"c{number}", 100 + number) for number in range(10)))).verdicts[0]
    assert verdict.inputs == {f"of c{number}": f"1.0{number}" for number in (9, 8, 7, 6, 5, 4)} | {"more": 4}
    assert str(explain(verdict, table, TERMS)).startswith("1.09 EUR of c9 at 1 for every 1.00 EUR, ")


# ---- cash-back


@pytest.mark.parametrize(
    ("minor", "places", "rounding", "expected"),
    [
        (4590, 2, "down", 137),
        (4590, 2, "nearest", 138),
        (1000, 0, "down", 30),
        (33, 2, "down", 0),
        (4590, 3, "up", 138),
    ],
)
def test_cash_back_is_counted_in_the_smallest_unit(minor: int, places: int, rounding: str, expected: int) -> None:
    back = rule(earn={"strategy": "cash_back", "percent": 3}, rounding=rounding)
    assert points([back], order(minor=minor, places=places)) == {"r": expected}


def test_cash_back_is_said_as_money() -> None:
    back = earning("cash_back", percent=3)
    assert said(back, 4590, MONEY) == "3 % of 45.90 EUR gives 1.377 EUR, rounded down to 1.37 EUR"
    assert said(back, 10000, MONEY) == "3 % of 100.00 EUR gives 3.00 EUR"
    assert str(strategy_of(earning("fixed_bonus", points=250)).words(MONEY.of("points"))) == "a bonus of 2.50 EUR"


@pytest.mark.parametrize(
    "earn",
    [
        {"strategy": "cash_back", "percent": 0},
        {"strategy": "cash_back", "percent": 101},
        {"strategy": "cash_back", "percent": float("nan")},
        {"strategy": "spend_threshold", "points": 5, "amount": 0},
        {"strategy": "spend_threshold", "points": 0, "amount": 5},
        {"strategy": "spend_threshold", "points": 5, "amount": 5, "for_each": 1},
        {"strategy": "rate_per_category", "rates": {}},
        {"strategy": "rate_per_category", "rates": {"a": True}},
        {"strategy": "rate_per_category", "rates": {"a": -1}},
        {"strategy": "rate_per_category", "rates": {"": 1}},
        {"strategy": "rate_per_category", "rates": {"a": float("inf")}},
        {"strategy": "rate_per_category", "rates": {"a": 0.00001}},
        {"strategy": "rate_per_category", "rates": {"a": 1}, "by": "colour"},
        {"strategy": "banded_rate", "bands": BANDS, "apply": "both"},
    ],
)
def test_what_is_refused(earn: Any) -> None:
    with pytest.raises(ValidationError):
        rule(earn=earn)


def test_parameters_read_back_as_they_were_stored() -> None:
    for one in (
        earning("banded_rate", bands=BANDS, per=2.5),
        earning("rate_per_category", rates={"a": 0.5, "b": 2}, otherwise=0.25),
    ):
        assert rule(earn=one.earn).earn == one.earn
    assert earning("rate_per_category", rates={"a": 0.5}).earn["rates"] == {"a": 0.5}
    assert Decimal(str(earning("banded_rate", bands=BANDS).earn["bands"][1]["from_amount"])) == 50
