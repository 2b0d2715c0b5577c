"""A thousand and ten thousand rules: how many of them one event is asked about. No clock decides here."""

from __future__ import annotations

from typing import Any

import pytest

from regulars.domain.earning.contracts import Verdict
from regulars.domain.earning.evaluate import evaluate
from regulars.domain.earning.rule_index import LONG, needed_by
from regulars.domain.earning.rules import CompiledRules, EarnRule
from tests.unit.earning.stage import line, member, order, rule


def at_store(number: int, **fields: Any) -> EarnRule:
    """A bonus at one of a thousand stores."""
    when = {"field": "event.store", "is": f"s{number}"}
    return rule(id=f"r{number}", earn={"strategy": "fixed_bonus", "points": 1}, when=when, **fields)


@pytest.mark.parametrize("count", [1_000, 10_000])
def test_an_event_is_asked_about_the_few_rules_that_its_values_lead_to(count: int) -> None:
    rules = CompiledRules([at_store(number) for number in range(count)], places=2)
    asked = rules.waiting_for("order").candidates(order(minor=100), member())
    assert [each.id for each in asked] == ["r1"]
    found = evaluate(rules, member(), order(minor=100))
    assert found.verdicts == [Verdict("r1", True, "points", 1, "1")]


def test_few_rules_are_all_asked_and_all_told() -> None:
    rules = CompiledRules([at_store(number) for number in range(LONG - 1)], places=2)
    assert len(evaluate(rules, member(), order(minor=100)).verdicts) == LONG - 1
    more = CompiledRules([at_store(number) for number in range(LONG)], places=2)
    assert len(evaluate(more, member(), order(minor=100)).verdicts) == 1
    assert len(evaluate(more, member(), order(minor=100), complete=True).verdicts) == LONG


@pytest.mark.parametrize(
    ("fields", "needs"),
    [
        ({"when": {"field": "event.store", "is": "s1"}}, ("event.store", 1)),
        ({"when": {"field": "event.channel", "one_of": ["app", "web"]}}, ("event.channel", 2)),
        ({"when": {"field": "data.week", "is": 7}}, ("data.week", 1)),
        ({"when": {"field": "member.tier.status", "is": "gold"}}, ("member.tier.status", 1)),
        ({"lines": {"field": "line.sku", "one_of": ["a", "b", "c"]}}, ("line.sku", 3)),
        (
            {"when": {"field": "event.channel", "one_of": ["app", "web"]}, "lines": {"field": "line.sku", "is": "a"}},
            ("line.sku", 1),
        ),
        (
            {"when": {"any": [{"field": "event.store", "is": "s1"}, {"field": "event.store", "one_of": ["s2", "s3"]}]}},
            ("event.store", 3),
        ),
        ({"when": {"any": [{"field": "event.store", "is": "s1"}, {"field": "event.channel", "is": "app"}]}}, None),
        ({"when": {"not": {"field": "event.store", "is": "s1"}}}, None),
        ({"when": {"field": "event.store", "is_not": "s1"}}, None),
        ({"when": {"field": "order.amount", "at_least": 5}}, None),
        ({}, None),
    ],
)
def test_what_an_event_must_carry(fields: dict[str, Any], needs: tuple[str, int] | None) -> None:
    given = rule(earn={"strategy": "fixed_bonus", "points": 1}, **fields)
    found = needed_by([given.when, given.lines])
    assert (None if found is None else (found.fact.name, len(found.values))) == needs


def test_lines_lead_to_the_rules_of_all_of_them_each_once() -> None:
    rules = CompiledRules(
        [
            rule(
                id=f"r{n}",
                earn={"strategy": "points_per_item", "points": 1},
                lines={"field": "line.sku", "is": f"a{n}"},
            )
            for n in range(100)
        ],
        places=2,
    )
    event = order(line("tea", 100, sku="a7"), line("tea", 100, sku="a3"), line("tea", 100, sku="a7"))
    found = rules.waiting_for("order").candidates(event, member())
    assert [each.id for each in found] == ["r3", "r7"]
