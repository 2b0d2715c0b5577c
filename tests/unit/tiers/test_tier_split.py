"""Orders cut at thresholds: what lies before, what beyond, and which ladders allow it."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from regulars.domain.earning.tier_split import pieces
from regulars.domain.programmes.rulebook import Rulebook
from tests.factories import RULEBOOK

AHEAD = [(100, "silver"), (400, "gold")]


@pytest.mark.parametrize(
    ("amount", "parts"),
    [
        (100, [(100, "bronze")]),
        (101, [(100, "bronze"), (1, "silver")]),
        (500, [(100, "bronze"), (300, "silver"), (100, "gold")]),
        (0, []),
    ],
)
def test_an_order_is_cut_where_the_tier_changes(amount: int, parts: list[tuple[int, str]]) -> None:
    assert pieces(amount, "bronze", AHEAD) == parts


def test_what_is_reached_already_is_no_part() -> None:
    assert pieces(50, "bronze", [(0, "silver"), (20, "gold")]) == [(20, "silver"), (30, "gold")]


@given(amount=st.integers(0, 10_000), ahead=st.lists(st.integers(0, 9_000), max_size=5, unique=True).map(sorted))
def test_the_parts_are_the_order(amount: int, ahead: list[int]) -> None:
    parts = pieces(amount, "first", [(missing, f"tier-{missing}") for missing in ahead])
    assert sum(part.amount for part in parts) == amount
    assert all(part.amount > 0 for part in parts)


@pytest.mark.parametrize("ladder", [{"metric": "visits"}, {"up": "at_period_end", "review_at": "year"}])
def test_only_money_that_counts_at_once_can_be_split(ladder: dict[str, Any]) -> None:
    document = copy.deepcopy(RULEBOOK)
    earn = {"strategy": "tier_multiplier", "of": "base", "ladder": "status", "tier": "split_at_threshold"}
    document["earn_rules"].append({"id": "by-tier", "name": "By tier", "earn": earn})
    Rulebook.model_validate(document)
    document["ladders"][0] |= ladder
    if "metric" in ladder:
        for tier, start in zip(document["ladders"][0]["tiers"], (0, 3, 6), strict=True):
            tier["from_score"] = start
    with pytest.raises(ValidationError, match="orders cannot be split"):
        Rulebook.model_validate(document)
