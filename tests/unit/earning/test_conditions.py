"""Conditions: every operator on every kind of field, missing values, and what cannot be compiled."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from regulars.domain.earning.compiled import compile_check, compile_test
from regulars.domain.earning.conditions import Comparison, Condition
from regulars.domain.earning.contracts import Data
from tests.unit.earning.stage import line, member, order

_ADAPTER: TypeAdapter[Condition] = TypeAdapter(Condition)


def condition(document: Any) -> Condition:
    return _ADAPTER.validate_python(document)


def holds(document: Any, *, data: dict[str, Data] | None = None, orders: int = 3, channel: str = "app") -> bool:
    occurrence = order(line("coffee", 1240), line("tea", 3350), channel=channel, data=data)
    return compile_test(condition(document), places=2)(occurrence, member(orders=orders), None)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"field": "event.channel", "is": "app"}, True),
        ({"field": "event.channel", "is": "App"}, False),
        ({"field": "event.channel", "is_not": "web"}, True),
        ({"field": "event.channel", "one_of": ["web", "app"]}, True),
        ({"field": "event.channel", "none_of": ["web", "app"]}, False),
        ({"field": "event.channel", "starts_with": "a"}, True),
        ({"field": "event.store", "starts_with": "x"}, False),
        ({"field": "order.amount", "at_least": 45.90}, True),
        ({"field": "order.amount", "at_least": 45.91}, False),
        ({"field": "order.amount", "more_than": 45.90}, False),
        ({"field": "order.amount", "at_most": 45.90}, True),
        ({"field": "order.amount", "less_than": 45.90}, False),
        ({"field": "order.amount", "is": 45.90}, True),
        ({"field": "order.lines", "is": 2}, True),
        ({"field": "order.lines", "is": 1}, False),
        ({"field": "member.orders", "none_of": [0, 1]}, True),
        ({"field": "member.days", "is": 30}, True),
        ({"field": "time.weekday", "is": "Friday"}, True),
        ({"field": "time.weekday", "one_of": ["saturday", "sunday"]}, False),
        ({"field": "time.hour", "is": 9}, True),
        ({"field": "time.date", "is": "2026-11-20"}, True),
        ({"field": "time.date", "at_least": "2026-11-20"}, True),
        ({"field": "time.date", "less_than": "2026-11-20"}, False),
        ({"field": "member.tier.status", "one_of": ["gold", "platinum"]}, True),
        ({"field": "member.tier.other", "is": "gold"}, False),
        ({"field": "member.tier.other", "is_not": "gold"}, True),
    ],
)
def test_operators(document: Any, expected: bool) -> None:
    assert holds(document) is expected
    assert holds({"not": document}) is not expected


@pytest.mark.parametrize(
    ("document", "value", "expected"),
    [
        ({"field": "data.size", "is": 0.1}, 0.1, True),
        ({"field": "data.size", "at_least": 2}, 2, True),
        ({"field": "data.size", "at_least": 2}, "5", False),
        ({"field": "data.size", "at_least": 0}, True, False),
        ({"field": "data.size", "at_least": 0}, None, False),
        ({"field": "data.size", "is": True}, True, True),
        ({"field": "data.size", "is": 1}, True, False),
        ({"field": "data.size", "is": True}, 1, False),
        ({"field": "data.size", "one_of": [1, "x"]}, "x", True),
        ({"field": "data.size", "none_of": [1]}, True, True),
        ({"field": "data.size", "starts_with": "x"}, "xl", True),
    ],
)
def test_what_a_sender_put_into_data(document: Any, value: Data, expected: bool) -> None:
    assert holds(document, data={"size": value}) is expected


def test_a_missing_value_equals_nothing() -> None:
    assert holds({"field": "data.size", "is": "x"}) is False
    assert holds({"field": "data.size", "is_not": "x"}) is True
    assert holds({"field": "data.size", "less_than": 5}) is False


def test_groups() -> None:
    app, web = {"field": "event.channel", "is": "app"}, {"field": "event.channel", "is": "web"}
    assert holds({"all": [app, {"not": web}]}) is True
    assert holds({"all": [app, web]}) is False
    assert holds({"any": [web, app]}) is True
    assert holds({"any": [web]}) is False
    assert holds({"not": {"any": [web, {"all": [app, web]}]}}) is True


def test_a_check_names_the_part_that_failed_and_what_it_saw() -> None:
    document = {"all": [{"field": "event.channel", "is": "app"}, {"all": [{"field": "order.amount", "at_least": 50}]}]}
    check = compile_check(condition(document), places=2, path="when")
    assert check(order(minor=4590), member(), None) == ("when.all.1.all.0", "45.90")
    assert check(order(minor=4590, channel="web"), member(), None) == ("when.all.0", "web")
    assert check(order(minor=5000), member(), None) is None


def test_a_failed_group_shows_no_value() -> None:
    check = compile_check(condition({"any": [{"field": "event.channel", "is": "web"}]}), places=2, path="when")
    assert check(order(), member(), None) == ("when", "")


def test_line_fields_read_the_line() -> None:
    test = compile_test(condition({"field": "line.amount", "at_least": 12.40}), places=2)
    assert test(order(), member(), line("coffee", 1240)) is True
    assert test(order(), member(), line("coffee", 1239)) is False
    assert test(order(), member(), None) is False


def test_hours_and_days_are_those_of_the_programme() -> None:
    # 23:30 on Friday in UTC is 02:30 on Saturday in Istanbul.
    late = order(at=datetime(2026, 11, 20, 23, 30, tzinfo=UTC))
    for document in (
        {"field": "time.weekday", "is": "saturday"},
        {"field": "time.hour", "is": 2},
        {"field": "time.date", "is": "2026-11-21"},
    ):
        assert compile_test(condition(document), places=2)(late, member(), None) is True


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"field": "order.amuont", "at_least": 5}, "there is no field"),
        ({"field": "event.channel", "at_least": 5}, "does not fit"),
        ({"field": "event.channel", "is": 5}, "is a text"),
        ({"field": "order.lines", "is": "2"}, "is a number"),
        ({"field": "order.amount", "starts_with": "4"}, "does not fit"),
        ({"field": "order.amount", "at_least": "2026-11-20"}, "is an amount of money"),
        ({"field": "time.weekday", "is": "someday"}, "not a day of the week"),
        ({"field": "time.weekday", "at_most": 3}, "does not fit"),
        ({"field": "time.date", "at_least": 20}, "is not a date"),
        ({"field": "time.date", "is": "yesterday"}, "is not a date"),
        ({"field": "data.x", "at_least": "2026-11-20"}, "never as a date"),
    ],
)
def test_what_makes_no_sense_does_not_compile(document: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        compile_test(condition(document), places=2)


@pytest.mark.parametrize(
    "document",
    [
        {"field": "event.channel"},
        {"field": "event.channel", "is": "a", "is_not": "b"},
        {"field": "event.channel", "equals": "a"},
        {"field": "event.channel", "one_of": []},
        {"field": "event.channel", "is": None},
        {"field": "event.channel", "is": ["a"]},
        {"field": "event.channel", "starts_with": ""},
        {"field": "order.amount", "at_least": True},
        {"field": "order.amount", "at_least": "ten"},
        {"field": "order.amount", "at_least": float("nan")},
        {"field": "order.amount", "is": float("inf")},
        {"field": "order.amount", "is": 1234567890.1234567},
        {"all": []},
        {"any": "app"},
        {"not": []},
        "app",
        None,
    ],
)
def test_what_is_no_condition(document: Any) -> None:
    with pytest.raises(ValidationError):
        condition(document)


def test_a_comparison_reads_back_from_its_document() -> None:
    for operand in ("1", 1, 2.5, True, 0.1):
        comparison = Comparison.model_validate({"field": "data.x", "is": operand})
        document = comparison.model_dump(mode="json")
        assert document == {"field": "data.x", "is": operand}
        assert Comparison.model_validate(document) == comparison
