"""Return roundings: what a member keeps of an order that is partly returned."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.domain.earning.return_rounding import return_roundings

RULES = st.sampled_from(["base", "bonus", "coffee", "new"])
GRANTED = st.dictionaries(RULES, st.integers(0, 10**15), max_size=4)
TOTAL = st.integers(1, 10**12)


def never() -> dict[str, int]:
    raise AssertionError("this rounding asks for no second evaluation")


def prorated(granted: dict[str, int], returned: int, total: int) -> dict[str, int]:
    return return_roundings()["prorate_floor"].kept(
        granted, recomputed=never, returned_minor=returned, total_minor=total
    )


def recomputed(granted: dict[str, int], again: dict[str, int]) -> dict[str, int]:
    return return_roundings()["recompute_remaining"].kept(
        granted, recomputed=lambda: again, returned_minor=1, total_minor=2
    )


@pytest.mark.parametrize(
    ("granted", "again", "kept"),
    [
        ({"base": 50}, {}, {"base": 0}),
        ({"base": 50}, {"base": 35}, {"base": 35}),
        ({"base": 50, "bonus": 20}, {"base": 35}, {"base": 35, "bonus": 0}),
        ({"base": 50, "bonus": 20}, {"base": 35, "small-order": 10}, {"base": 45, "bonus": 0}),
        ({"base": 50, "bonus": 20}, {"base": 35, "small-order": 30}, {"base": 50, "bonus": 15}),
        ({"base": 50, "bonus": 20}, {"base": 35, "small-order": 99}, {"base": 50, "bonus": 20}),
        ({"base": 50}, {"base": 60}, {"base": 50}),
        ({}, {"small-order": 10}, {}),
    ],
)
def test_what_the_remaining_order_would_have_earned(
    granted: dict[str, int], again: dict[str, int], kept: dict[str, int]
) -> None:
    assert recomputed(granted, again) == kept


@pytest.mark.parametrize(
    ("granted", "returned", "total", "kept"),
    [
        ({"base": 100}, 1000, 3000, {"base": 67}),
        ({"base": 100}, 2000, 3000, {"base": 34}),
        ({"base": 100}, 3000, 3000, {"base": 0}),
        ({"base": 100}, 4000, 3000, {"base": 0}),
        ({"base": 100, "bonus": 5}, 1500, 3000, {"base": 50, "bonus": 3}),
        ({"base": 1}, 2999, 3000, {"base": 1}),
        ({"welcome": 5}, 0, 0, {"welcome": 5}),
    ],
)
def test_in_proportion(granted: dict[str, int], returned: int, total: int, kept: dict[str, int]) -> None:
    assert prorated(granted, returned, total) == kept


@given(GRANTED, GRANTED)
def test_recomputing_keeps_the_smaller_total_and_no_more_than_each_rule_granted(
    granted: dict[str, int], again: dict[str, int]
) -> None:
    kept = recomputed(granted, again)
    assert kept.keys() == granted.keys()
    assert all(0 <= kept[rule] <= granted[rule] for rule in granted)
    assert sum(kept.values()) == min(sum(granted.values()), sum(again.values()))


@given(GRANTED, TOTAL, st.data())
def test_the_more_comes_back_the_less_is_kept(granted: dict[str, int], total: int, data: st.DataObject) -> None:
    less, more = sorted(data.draw(st.tuples(st.integers(0, total), st.integers(0, total))))
    first, then = prorated(granted, less, total), prorated(granted, more, total)
    assert first.keys() == then.keys() == granted.keys()
    assert all(0 <= then[rule] <= first[rule] <= granted[rule] for rule in granted)


@given(GRANTED, TOTAL)
def test_in_proportion_nothing_back_keeps_all_and_all_back_keeps_nothing(granted: dict[str, int], total: int) -> None:
    assert prorated(granted, 0, total) == granted
    assert prorated(granted, total, total) == dict.fromkeys(granted, 0)


def test_every_rounding_speaks() -> None:
    assert {name: (each.title, str(each.words())) for name, each in return_roundings().items()} == {
        "recompute_remaining": (
            "What the remaining order would have earned",
            "of an order that you return in part, you keep the points that the rest would have earned",
        ),
        "prorate_floor": (
            "In proportion to the money returned, rounded for the member",
            "of an order that you return in part, points are taken back in proportion to the money, rounded in your"
            " favour",
        ),
    }
