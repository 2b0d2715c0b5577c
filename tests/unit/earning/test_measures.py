"""Measures: what they count of an event, and what conditions see of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from regulars.domain.earning.conditions_words import condition_words
from regulars.domain.earning.contracts import Evaluation, MemberState, Occurrence
from regulars.domain.earning.evaluate import evaluate
from regulars.domain.earning.measures import Measure
from regulars.domain.earning.past import Count, Past
from regulars.domain.earning.rules import CompiledRules, EarnRule
from regulars.domain.earning.windows import EVER
from tests.unit.earning.stage import BASE, MORNING, TERMS, line, order, rule

TODAY = date(2026, 11, 20)
BASKET = order(line("coffee", 320, quantity="2"), line("coffee", 300), line("cheese", 450, quantity="0.375"))


def measure(**fields: Any) -> Measure:
    return Measure.model_validate({"id": "m", "name": "Coffees", "window": "calendar month", **fields})


def asked(
    measures: list[Measure],
    occurrence: Occurrence = BASKET,
    *,
    past: Past | None = None,
    rules: Sequence[EarnRule] = (),
) -> Evaluation:
    book = CompiledRules([rule(**BASE), *rules], places=2, measures=measures)
    state = MemberState(MORNING - timedelta(days=30), past=(past or Past()).recalled(book.recalls(occurrence)))
    return evaluate(book, state, occurrence)


COFFEE = {"field": "line.category", "is": "coffee"}


@pytest.mark.parametrize(
    ("fields", "amount"),
    [
        ({"count": "events"}, 1),
        ({"count": "lines"}, 3),
        ({"count": "lines", "lines": COFFEE}, 2),
        ({"count": "quantity", "lines": COFFEE}, 3_000),
        ({"count": "quantity"}, 3_375),
        ({"count": "amount"}, 1_070),
        ({"count": "amount", "lines": COFFEE}, 620),
        ({"count": "points"}, 10),
        ({"count": "points", "rules": ["base"]}, 10),
        ({"count": "points", "rules": ["other"]}, 0),
        ({"count": "points", "point_type": "stars"}, 0),
        ({"count": "events", "lines": {"field": "line.category", "is": "tea"}}, 0),
        ({"count": "events", "when": {"field": "event.channel", "is": "web"}}, 0),
        ({"count": "events", "of": ["review.written", "order"]}, 1),
        ({"count": "events", "of": "review.written"}, 0),
    ],
)
def test_a_measure_counts(fields: dict[str, Any], amount: int) -> None:
    key = f"measure:m:{fields['count']}:month"
    expected = [Count(key, date(2026, 11, 1), amount)] if amount else []
    assert asked([measure(**fields)]).counts == expected


def test_a_condition_sees_what_was_before_the_event_within_the_window() -> None:
    bonus = rule(id="bonus", earn={"strategy": "fixed_bonus", "points": 5}, when={"field": "history.m", "at_least": 3})
    rolling = measure(window="10 days")
    rows = {TODAY - timedelta(days=10): 1, TODAY - timedelta(days=9): 1, TODAY: 1, TODAY + timedelta(days=1): 9}

    before = asked([rolling], past=Past({rolling.key: rows}), rules=[bonus])
    assert [(v.fired, v.failed, v.actual) for v in before.verdicts if v.rule == "bonus"] == [(False, "when", "2")]
    rows[TODAY] = 2
    assert [v.fired for v in asked([rolling], past=Past({rolling.key: rows}), rules=[bonus]).verdicts] == [True, True]


def test_money_is_compared_as_money_and_quantities_as_they_are() -> None:
    spent, weighed = measure(count="amount", window="lifetime"), measure(id="w", count="quantity", window="lifetime")
    past = Past({spent.key: {EVER: 9_999}, weighed.key: {EVER: 2_500}})
    rules = [
        rule(id="a", earn={"strategy": "fixed_bonus", "points": 1}, when={"field": "history.m", "at_least": 100}),
        rule(id="b", earn={"strategy": "fixed_bonus", "points": 1}, when={"field": "history.m", "is": 99.99}),
        rule(id="c", earn={"strategy": "fixed_bonus", "points": 1}, when={"field": "history.w", "is": 2.5}),
    ]
    found = {each.rule: (each.fired, each.actual) for each in asked([spent, weighed], past=past, rules=rules).verdicts}
    assert found == {"base": (True, ""), "a": (False, "99.99"), "b": (True, ""), "c": (True, "")}


def test_only_what_the_rules_of_the_event_read_is_recalled() -> None:
    read, unread = measure(), measure(id="other")
    bonus = rule(id="bonus", earn={"strategy": "fixed_bonus", "points": 5}, when={"field": "history.m", "at_least": 3})
    book = CompiledRules([rule(**BASE), bonus], places=2, measures=[read, unread])
    past = Past({read.key: {date(2026, 11, 1): 2, date(2026, 10, 1): 7}, unread.key: {date(2026, 11, 1): 2}})

    assert past.recalled(book.recalls(BASKET)).rows == {read.key: {date(2026, 11, 1): 2}}
    assert book.recalls(order(on="review.written")) == []
    assert CompiledRules([rule(**BASE)], places=2).remembers is False


def test_a_measure_in_words() -> None:
    words = condition_words(
        rule(earn={"strategy": "fixed_bonus", "points": 5}, when={"field": "history.m", "at_least": 20}).when,  # type: ignore[arg-type]  # it has one
        TERMS.model_copy(update={"measures": {"m": measure(count="amount", name="Spent this month")}}),
    )
    assert str(words) == "“Spent this month” is at least 20.00 EUR"


@pytest.mark.parametrize(
    "fields",
    [{"window": "0 days"}, {"window": "soon"}, {"of": "return"}, {"of": []}, {"rules": ["base"]},
     {"count": "points", "lines": COFFEE}, {"count": "stars"}],
)  # fmt: skip
def test_a_measure_that_makes_no_sense_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        measure(**fields)


def test_quantities_are_kept_to_the_thousandth() -> None:
    assert measure(count="quantity").value(375) == Decimal("0.375")
