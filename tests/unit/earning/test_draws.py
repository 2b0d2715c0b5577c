"""Draws: repeatable by anybody, fair by a test, and told with their odds."""

from __future__ import annotations

import hashlib
from collections import Counter
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from pydantic import ValidationError

from regulars.domain.earning.contracts import Occurrence
from regulars.domain.earning.drawing import chosen, draw
from regulars.domain.earning.explain import explain
from regulars.domain.earning.rules import EarnRule, strategy_of
from tests.unit.earning.stage import BASE, TERMS, asked, order, points, rule

pytestmark = pytest.mark.capability("B3", "B9")
ODDS = [{"points": 100, "chance": 0.1}, {"points": 10, "chance": 0.4}, {"points": 0, "chance": 0.5}]
# The 99.9 % point of the chi-square distribution by degrees of freedom: fixed seeds make the test repeatable.
CHI_SQUARE = {2: 13.816, 9: 27.877}
DRAWS = 10_000


def lucky(odds: Any = ODDS, seed: str = "spring-2026") -> EarnRule:
    return rule(id="lucky", earn={"strategy": "lucky_points", "odds": odds, "seed": seed})


def event(number: int, minor: int = 1000) -> Occurrence:
    return msgspec.structs.replace(order(minor=minor), id=f"till/{number}")


def by_hand(event_id: str, rule_id: str, seed: str) -> str:
    """The published recipe, written down a second time."""
    digest = hashlib.sha256(f"{event_id}\0{rule_id}\0{seed}".encode()).hexdigest()
    return f"0.{int(digest[:16], 16) * 1_000_000 // 2**64:06d}"


def test_a_draw_can_be_repeated_by_hand() -> None:
    for number in range(200):
        drawn = draw(event=f"till/{number}", rule="lucky", seed="spring-2026")
        assert str(drawn) == by_hand(f"till/{number}", "lucky", "spring-2026")
        assert 0 <= drawn < 1
    assert str(draw(event="till/order-1", rule="lucky", seed="spring-2026")) == "0.786869"


def test_event_rule_and_seed_all_count() -> None:
    drawn = draw(event="a", rule="b", seed="c")
    assert len({drawn, draw(event="x", rule="b", seed="c"), draw(event="a", rule="x", seed="c"),
                draw(event="a", rule="b", seed="x"), draw(event="a\0b", rule="", seed="c")}) == 5  # fmt: skip


def test_the_borders_belong_to_the_next_part() -> None:
    chances = [Decimal("0.1"), Decimal("0.4"), Decimal("0.5")]
    places = {text: chosen(Decimal(text), chances) for text in ("0.000000", "0.099999", "0.100000", "0.499999", "0.5")}
    assert list(places.values()) == [0, 0, 1, 1, 2]


def _chi_square(counts: Counter[Any], expected: dict[Any, float]) -> float:
    assert set(counts) <= set(expected)
    return sum((counts[each] - wanted) ** 2 / wanted for each, wanted in expected.items())


def test_ten_thousand_draws_keep_the_published_odds() -> None:
    one = lucky()
    counts = Counter(points([one], event(number))["lucky"] for number in range(DRAWS))
    assert _chi_square(counts, {100: DRAWS * 0.1, 10: DRAWS * 0.4, 0: DRAWS * 0.5}) < CHI_SQUARE[2]


def test_draws_of_neighbouring_ids_are_spread_evenly() -> None:
    tenths = Counter(int(draw(event=f"till/{n}", rule="r", seed="s") * 10) for n in range(DRAWS))
    assert _chi_square(tenths, dict.fromkeys(range(10), DRAWS / 10)) < CHI_SQUARE[9]


def test_the_random_multiplier_gives_the_extra_and_keeps_its_odds() -> None:
    odds = [{"factor": 3, "chance": 0.05}, {"factor": 2, "chance": 0.2}, {"factor": 1, "chance": 0.75}]
    draws = rule(id="draw", earn={"strategy": "random_multiplier", "of": "base", "odds": odds, "seed": "s"})
    rules = [rule(**BASE), draws]
    extras = Counter(points(rules, event(number))["draw"] for number in range(DRAWS))
    assert _chi_square(extras, {20: DRAWS * 0.05, 10: DRAWS * 0.2, 0: DRAWS * 0.75}) < CHI_SQUARE[2]


def test_the_same_event_draws_the_same_also_when_part_of_it_came_back() -> None:
    odds = [{"factor": 2, "chance": 0.5}, {"factor": 1, "chance": 0.5}]
    draws = rule(id="draw", earn={"strategy": "random_multiplier", "of": "base", "odds": odds, "seed": "s"})
    for number in range(20):
        whole = asked([rule(**BASE), draws], event(number)).verdicts[1]
        half = asked([rule(**BASE), draws], event(number, minor=500)).verdicts[1]
        assert whole.inputs["draw"] == half.inputs["draw"]
        assert whole.fired is half.fired


def test_words_publish_the_odds() -> None:
    one = lucky()
    odds = "100 points with a chance of 10 %, 10 points with a chance of 40 % or 0 points with a chance of 50 %"
    assert str(strategy_of(one).words(TERMS)) == f"by a draw: {odds}"
    told = {str(explain(verdict, one, TERMS)) for n in range(9) for verdict in asked([one], event(n)).verdicts}
    assert f"the draw {by_hand('till/1', 'lucky', 'spring-2026')} (odds: {odds}) gives 10" in told
    blanks = {each for each in told if each.endswith("was a blank")}
    assert f"the draw {by_hand('till/0', 'lucky', 'spring-2026')} (odds: {odds}) was a blank" in blanks


@pytest.mark.parametrize(
    "odds",
    [
        [{"points": 1, "chance": 0.5}, {"points": 0, "chance": 0.499999}],
        [{"points": 1, "chance": 0.5}, {"points": 0, "chance": 0.500001}],
        [{"points": 1, "chance": 1}],
        [{"points": 1, "chance": 0}, {"points": 0, "chance": 1}],
        [{"points": -1, "chance": 0.5}, {"points": 0, "chance": 0.5}],
        [{"points": 1, "chance": 0.3333333}, {"points": 0, "chance": 0.6666667}],
    ],
)
def test_odds_that_are_refused(odds: Any) -> None:
    with pytest.raises(ValidationError):
        lucky(odds)


@pytest.mark.parametrize("seed", ["", "with space", "x" * 81])
def test_seeds_that_are_refused(seed: str) -> None:
    with pytest.raises(ValidationError):
        lucky(seed=seed)
