"""Conditions and verdicts in plain words: no codes, no JSON."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from regulars.domain.earning.conditions import Condition
from regulars.domain.earning.conditions_words import condition_words
from regulars.domain.earning.contracts import Data, MemberState, Occurrence
from regulars.domain.earning.explain import explain
from tests.unit.earning.stage import BASE, TERMS, asked, line, member, order, rule

_ADAPTER: TypeAdapter[Condition] = TypeAdapter(Condition)
_APP = {"field": "event.channel", "is": "app"}
_TIER = {"field": "member.tier.status", "one_of": ["gold", "platinum"]}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"all": [_APP, _TIER]}, "the channel is app, and the member's tier is Gold or Platinum"),
        ({"any": [_APP, _TIER]}, "the channel is app, or the member's tier is Gold or Platinum"),
        (
            {"all": [_APP, {"any": [_TIER, {"field": "time.weekday", "is": "saturday"}]}]},
            "the channel is app, and either the member's tier is Gold or Platinum, or the day is Saturday",
        ),
        ({"not": _APP}, "the channel is not app"),
        ({"not": {"not": _APP}}, "the channel is app"),
        ({"not": _TIER}, "the member's tier is not Gold or Platinum"),
        (
            {"not": {"all": [_APP, _TIER]}},
            "it is not so that both the channel is app, and the member's tier is Gold or Platinum",
        ),
        (
            {"not": {"field": "order.amount", "at_least": 10}},
            "it is not so that the amount of the order is at least 10.00 EUR",
        ),
        ({"field": "order.amount", "less_than": 1234.5}, "the amount of the order is less than 1,234.50 EUR"),
        ({"field": "order.lines", "more_than": 2}, "the number of lines is more than 2"),
        ({"field": "event.store", "none_of": ["s1"]}, "the store is not s1"),
        ({"field": "line.sku", "starts_with": "ca-"}, "the article starts with “ca-”"),
        ({"field": "time.hour", "at_least": 17}, "it is 17:00 or later"),
        ({"field": "time.hour", "at_most": 20}, "it is before 21:00"),
        ({"field": "time.date", "at_least": "2026-11-27"}, "the date is 27 Nov 2026 or later"),
        ({"field": "time.date", "is": "2026-12-06"}, "the date is 6 Dec 2026"),
        (
            {"field": "time.weekday", "one_of": ["friday", "saturday", "sunday"]},
            "the day is Friday, Saturday or Sunday",
        ),
        ({"field": "data.{size}", "is": True}, "“{size}” is yes"),
        ({"field": "event.channel", "is": "{0} <b>"}, "the channel is {0} <b>"),
    ],
)
def test_conditions(document: Any, words: str) -> None:
    assert str(condition_words(_ADAPTER.validate_python(document), TERMS)) == words


def said(fields: dict[str, Any], occurrence: Occurrence, of: MemberState | None = None) -> str:
    one = rule(**{**BASE, **fields})
    return str(explain(asked([one], occurrence, of).verdicts[0], one, TERMS))


@pytest.mark.parametrize(
    ("fields", "minor", "words"),
    [
        ({}, 4590, "45.90 EUR at 1 for every 1.00 EUR gives 45.9, rounded down to 45"),
        ({}, 4500, "45.00 EUR at 1 for every 1.00 EUR gives 45"),
        ({"rounding": "up"}, 4510, "45.10 EUR at 1 for every 1.00 EUR gives 45.1, rounded up to 46"),
        ({"rounding": "nearest"}, 4550, "45.50 EUR at 1 for every 1.00 EUR gives 45.5, rounded to 46"),
        (
            {"earn": {"strategy": "points_per_amount", "points": 1, "per": 3}},
            1000,
            "10.00 EUR at 1 for every 3.00 EUR gives 3.3333, rounded down to 3",
        ),
        ({}, 99, "0.99 EUR at 1 for every 1.00 EUR gives 0.99, rounded down to 0"),
        ({}, 0, "what counts here came to 0.00 EUR, and points are for money"),
        ({"earn": {"strategy": "fixed_bonus", "points": 100}}, 0, "a bonus of 100 gives 100"),
        (
            {"earn": {"strategy": "first_order_bonus", "points": 100}},
            100,
            "this is for the first order, and this was order 4",
        ),
        (
            {"earn": {"strategy": "points_per_item", "points": 5}},
            100,
            "there was no whole item to count",
        ),
        (
            {"earn": {"strategy": "multiplier", "factor": 2, "of": "base"}},
            100,
            "“Base” gave nothing here that could be multiplied",
        ),
        ({"when": {"field": "event.channel", "is": "web"}}, 100, "the channel was app, and the rule needs web"),
        (
            {"when": {"field": "order.amount", "at_least": 50}},
            4590,
            "the amount of the order was 45.90 EUR, and the rule needs at least 50.00 EUR",
        ),
        (
            {"when": {"all": [_APP, {"field": "member.tier.status", "is": "platinum"}]}},
            100,
            "the member's tier was Gold, and the rule needs Platinum",
        ),
        (
            {"when": {"field": "time.weekday", "one_of": ["saturday", "sunday"]}},
            100,
            "the day was Friday, and the rule needs Saturday or Sunday",
        ),
        ({"when": {"field": "time.hour", "at_least": 17}}, 100, "the hour was 9:00, and the rule needs 17:00 or later"),
        (
            {"when": {"field": "time.date", "at_least": "2026-12-01"}},
            100,
            "the date was 20 Nov 2026, and the rule needs 1 Dec 2026 or later",
        ),
        ({"when": {"field": "data.size", "is": "xl"}}, 100, "“size” was not given, and the rule needs xl"),
        (
            {"when": {"not": _APP}},
            100,
            "the rule needs that the channel is not app",
        ),
        (
            {"lines": {"field": "line.category", "is": "coffee"}},
            100,
            "nothing in the order counts here; the rule needs lines where the category is coffee",
        ),
        ({"valid_from": "2026-12-01T00:00:00Z"}, 100, "this rule starts on 1 Dec 2026, 00:00"),
        ({"valid_until": "2026-11-01T00:00:00Z"}, 100, "this rule ended on 1 Nov 2026, 00:00"),
        (
            {"valid_from": "2026-12-01T00:00:00Z", "valid_until": "2027-01-01T00:00:00Z"},
            100,
            "this rule is in force from 1 Dec 2026, 00:00 until 1 Jan 2027, 00:00",
        ),
    ],
)
def test_verdicts(fields: dict[str, Any], minor: int, words: str) -> None:
    assert said(fields, order(minor=minor)) == words


def test_a_multiplier_explains_its_extra() -> None:
    double = rule(
        id="double",
        name="Double coffee",
        earn={"strategy": "multiplier", "factor": 2, "of": "base"},
        lines={"field": "line.category", "is": "coffee"},
    )
    verdict = asked([rule(**BASE), double], order(line("coffee", 1240), line("tea", 3350))).verdicts[1]
    assert str(explain(verdict, double, TERMS)) == (
        "the extra of 2 times the 12.4 points of “Base” gives 12.4, rounded down to 12"
    )


def test_items() -> None:
    fields = {"earn": {"strategy": "points_per_item", "points": 5}}
    assert said(fields, order(line("tea", 1, quantity="3"))) == "3 items at 5 each gives 15"
    assert said(fields, order(line("tea", 1))) == "1 item at 5 each gives 5"


@pytest.mark.parametrize("value", [True, "xs", 3, 2.5])
def test_a_value_of_the_sender_is_shown_as_it_was(value: Data) -> None:
    shown = {True: "yes", "xs": "xs", 3: "3", 2.5: "2.5"}[value]
    fields = {"when": {"field": "data.size", "is": "xl"}}
    assert said(fields, order(minor=100, data={"size": value}), member()) == (
        f"“size” was {shown}, and the rule needs xl"
    )
