"""Contradictions are found, and what may hold is never called impossible."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from regulars.domain.earning.conditions import Condition
from regulars.domain.earning.feasibility import impossible_parts, never_holds

_ADAPTER: TypeAdapter[Condition] = TypeAdapter(Condition)


def condition(document: Any) -> Condition:
    return _ADAPTER.validate_python(document)


def both(field: str, one: Any, other: Any) -> dict[str, Any]:
    return {"all": [{"field": field, **one}, {"field": field, **other}]}


@pytest.mark.parametrize(
    "document",
    [
        both("event.channel", {"is": "app"}, {"is": "web"}),
        both("event.channel", {"is": "app"}, {"is_not": "app"}),
        both("event.channel", {"one_of": ["app", "web"]}, {"one_of": ["shop"]}),
        both("event.channel", {"one_of": ["app", "web"]}, {"none_of": ["web", "app", "x"]}),
        both("event.channel", {"is": "app"}, {"starts_with": "w"}),
        both("event.channel", {"starts_with": "ap"}, {"starts_with": "we"}),
        both("order.amount", {"at_least": 10}, {"at_most": 5}),
        both("order.amount", {"at_least": 10}, {"less_than": 10}),
        both("order.amount", {"is": 3}, {"more_than": 3}),
        both("order.lines", {"more_than": 3}, {"less_than": 4}),
        both("time.hour", {"at_least": 20}, {"less_than": 18}),
        both("time.date", {"at_least": "2026-12-01"}, {"less_than": "2026-12-01"}),
        both("time.date", {"more_than": "2026-12-01"}, {"less_than": "2026-12-02"}),
        both("time.weekday", {"is": "Monday"}, {"none_of": ["monday"]}),
        both("data.size", {"is": "xl"}, {"at_least": 5}),
        {"field": "time.hour", "at_least": 24},
        {"field": "time.hour", "is": 25},
        {"field": "time.hour", "more_than": 23},
        {"field": "time.hour", "less_than": 0},
        {"field": "member.orders", "less_than": 0},
        {"field": "order.lines", "is": 1.5},
        {"field": "order.amount", "less_than": 0},
        {
            "field": "time.weekday",
            "none_of": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"],
        },
        {"not": {"field": "time.hour", "at_least": 0}},
        both("member.age", {"at_least": 18}, {"is_known": False}),
        {"field": "time.weekday", "is_known": False},
        {"not": {"any": [{"field": "event.channel", "is": "a"}, {"field": "event.channel", "is_not": "a"}]}},
        {"any": [{"field": "time.hour", "is": 24}, both("event.store", {"is": "a"}, {"is": "b"})]},
        {"all": [{"field": "event.channel", "is": "a"}, {"any": [{"field": "event.channel", "is": "b"}]}]},
    ],
)
def test_what_never_holds(document: Any) -> None:
    assert never_holds(condition(document), "when") is not None
    assert impossible_parts(condition(document), "when")


@pytest.mark.parametrize(
    "document",
    [
        both("event.channel", {"one_of": ["app", "web"]}, {"is_not": "app"}),
        both("event.channel", {"starts_with": "a"}, {"starts_with": "ap"}),
        both("order.amount", {"at_least": 10}, {"at_most": 10}),
        both("order.lines", {"more_than": 3}, {"less_than": 5}),
        both("order.amount", {"more_than": 3}, {"less_than": 4}),
        both("time.hour", {"at_least": 0}, {"at_most": 23}),
        both("data.size", {"at_least": 5}, {"is_not": 5}),
        {"all": [{"not": {"field": "data.size", "at_least": 5}}, {"not": {"field": "data.size", "less_than": 5}}]},
        {"any": [{"field": "time.hour", "is": 24}, {"field": "time.hour", "is": 23}]},
        {"field": "member.days", "less_than": 0},
        {"not": {"field": "event.channel", "starts_with": "a"}},
        {"field": "nothing.known", "is": "a"},
        {"field": "member.age", "is_known": False},
        {"field": "member.birth_month", "is_known": False},
        {"field": "time.weekday", "is_known": True},
    ],
)
def test_what_may_hold(document: Any) -> None:
    assert never_holds(condition(document), "when") is None


def test_the_smallest_part_is_named() -> None:
    document = {"any": [{"field": "event.channel", "is": "a"}, {"all": [{"field": "time.hour", "at_least": 30}]}]}
    (part,) = impossible_parts(condition(document), "when")
    assert (part.path, part.field) == ("when.any.1.all.0", "time.hour")
    assert part.why == "it would have to be at least 30 and at most 23"


def test_too_many_branches_prove_nothing() -> None:
    pairs = [{"any": [{"field": f"data.x{n}", "is": "a"}, {"field": f"data.x{n}", "is": "b"}]} for n in range(20)]
    document = {"all": [*pairs, *both("event.channel", {"is": "a"}, {"is": "b"})["all"]]}
    assert never_holds(condition(document), "when") is None
