"""Conditions that can never hold together are found; of all others nothing is claimed."""

from __future__ import annotations

import operator
from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from regulars.domain.earning.apart import apart
from regulars.domain.earning.conditions import AllOf, AnyOf, Comparison, Condition, Not

_read = TypeAdapter(Condition).validate_python


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({"field": "event.channel", "is": "app"}, {"field": "event.channel", "is": "web"}, True),
        ({"field": "event.channel", "is": "app"}, {"field": "event.channel", "one_of": ["app", "web"]}, False),
        ({"field": "event.channel", "is": "app"}, {"field": "event.store", "is": "web"}, False),
        ({"field": "event.channel", "is": "app"}, {"field": "event.channel", "is_not": "app"}, True),
        ({"field": "order.amount", "at_least": 50}, {"field": "order.amount", "less_than": 50}, True),
        ({"field": "order.amount", "at_least": 50}, {"field": "order.amount", "at_most": 50}, False),
        ({"field": "order.amount", "is": 20}, {"field": "order.amount", "more_than": 20}, True),
        ({"field": "time.date", "at_most": "2026-05-01"}, {"field": "time.date", "at_least": "2026-05-02"}, True),
        ({"field": "member.audience.vip", "is": True}, {"field": "member.audience.vip", "is": False}, True),
        (
            {"any": [{"field": "time.weekday", "is": "monday"}, {"field": "time.weekday", "is": "tuesday"}]},
            {"all": [{"field": "order.amount", "at_least": 1}, {"field": "time.weekday", "is": "sunday"}]},
            True,
        ),
        (
            {"any": [{"field": "time.weekday", "is": "monday"}, {"field": "event.store", "is": "north"}]},
            {"field": "time.weekday", "is": "sunday"},
            False,
        ),
        ({"not": {"field": "event.channel", "is": "app"}}, {"field": "event.channel", "is": "app"}, False),
        (None, {"field": "event.channel", "is": "app"}, False),
    ],
)
def test_what_is_apart(first: Any, second: Any, expected: bool) -> None:
    one, other = (None if each is None else _read(each) for each in (first, second))
    assert apart([one], [other]) is expected
    assert apart([other], [one]) is expected


_VALUES = range(5)
_comparisons = st.one_of(
    st.builds(
        lambda field, operator, value: {"field": field, operator: value},
        st.sampled_from(["order.amount", "order.lines"]),
        st.sampled_from(["is", "is_not", "at_least", "more_than", "at_most", "less_than"]),
        st.sampled_from(_VALUES),
    ),
    st.builds(
        lambda operator, values: {"field": "order.amount", operator: list(values)},
        st.sampled_from(["one_of", "none_of"]),
        st.sets(st.sampled_from(_VALUES), min_size=1, max_size=3),
    ),
)
_trees = st.recursive(
    _comparisons,
    lambda inner: st.one_of(
        st.builds(
            lambda kind, parts: {kind: parts}, st.sampled_from(["all", "any"]), st.lists(inner, min_size=1, max_size=3)
        ),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=6,
)


_OF_ONE = ("is", "is_not", "at_least", "more_than", "at_most", "less_than")
_HOLDS: dict[str, Callable[[Any, Any], object]] = {
    "is": operator.eq,
    "is_not": operator.ne,
    "one_of": lambda value, values: value in values,
    "none_of": lambda value, values: value not in values,
    "at_least": operator.ge,
    "more_than": operator.gt,
    "at_most": operator.le,
    "less_than": operator.lt,
}


def _holds(condition: Condition, world: dict[str, float]) -> bool:
    if isinstance(condition, AllOf):
        return all(_holds(each, world) for each in condition.all)
    if isinstance(condition, AnyOf):
        return any(_holds(each, world) for each in condition.any)
    if isinstance(condition, Not):
        return not _holds(condition.not_, world)
    assert isinstance(condition, Comparison)
    value: Any = world[condition.field]
    operands: tuple[Any, ...] = condition.operands
    return bool(_HOLDS[condition.operator](value, operands[0] if condition.operator in _OF_ONE else operands))


@given(first=_trees, second=_trees)
def test_nothing_fulfils_both_of_what_is_apart(first: Any, second: Any) -> None:
    one, other = _read(first), _read(second)
    if not apart([one], [other]):
        return
    numbers = [each / 2 for each in range(-2, 12)]
    worlds = [{"order.amount": amount, "order.lines": lines} for amount in numbers for lines in numbers]
    assert not any(_holds(one, world) and _holds(other, world) for world in worlds)


def test_comparisons_of_different_kinds_are_never_apart() -> None:
    kinds = [
        {"field": "data.x", "is": True}, {"field": "data.x", "at_least": 3}, {"field": "data.x", "at_least": "10:00"},
    ]  # fmt: skip
    for one, other in combinations(kinds, 2):
        assert not apart([_read(one)], [_read(other)])
