"""Ladders: which tier a score reaches, what happens downwards, what still counts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from regulars.domain.tiers.down_policy import down_policies
from regulars.domain.tiers.ladder import Ladder
from regulars.domain.tiers.rungs import Rungs

TIERS: list[dict[str, Any]] = [
    {"id": "bronze", "name": "Bronze", "from_score": 0},
    {"id": "silver", "name": "Silver", "from_score": 500},
    {"id": "gold", "name": "Gold", "from_score": "2000.50"},
]


def ladder(**fields: Any) -> Ladder:
    return Ladder.model_validate({"id": "status", "name": "Status", "tiers": TIERS, **fields})


def rungs(*, places: int = 2, **fields: Any) -> Rungs:
    return Rungs(ladder(**fields), places=places)


@pytest.mark.parametrize(
    ("score", "tier"),
    [(-5, "bronze"), (0, "bronze"), (49_999, "bronze"), (50_000, "silver"), (200_049, "silver"), (200_050, "gold")],
)
def test_a_score_in_minor_units_reaches_its_tier(score: int, tier: str) -> None:
    found = rungs()
    assert found.thresholds == [0, 50_000, 200_050]
    assert found.ids[found.reached(score)] == tier


def test_points_are_not_money() -> None:
    tiers = [TIERS[0], TIERS[1]]
    assert rungs(metric="points", point_type="points", tiers=tiers).thresholds == [0, 500]
    assert rungs(places=0, tiers=tiers).thresholds == [0, 500]


@pytest.mark.parametrize(
    ("down", "held", "score", "tier"),
    [
        ("immediate", "bronze", 200_050, "gold"),
        ("immediate", "gold", 60_000, "silver"),
        ("immediate", "gold", 0, "bronze"),
        ("one_step", "gold", 0, "silver"),
        ("one_step", "silver", 0, "bronze"),
        ("one_step", "bronze", 200_050, "gold"),
        ("never", "gold", 0, "gold"),
        ("never", "silver", 200_050, "gold"),
        # A tier that a newer version removed is read again from the score.
        ("never", "diamond", 60_000, "silver"),
        ("one_step", "diamond", 0, "bronze"),
    ],
)
def test_up_at_once_and_down_by_the_policy(down: str, held: str, score: int, tier: str) -> None:
    assert rungs(down=down).settled(held, score) == tier


@given(
    st.sampled_from(sorted(down_policies())),
    st.sampled_from(["bronze", "silver", "gold"]),
    st.integers(-1_000, 500_000),
)
def test_nobody_falls_below_what_the_score_reaches(down: str, held: str, score: int) -> None:
    found = rungs(down=down, review_at="year" if down_policies()[down].needs_periods else None)
    settled = found.ids.index(found.settled(held, score))
    reached = found.reached(score)
    assert reached <= settled <= max(reached, found.ids.index(held))


def test_a_window_of_twelve_months_counts_a_year_of_days() -> None:
    found = rungs(window="12 months")
    assert found.counted_from(date(2026, 11, 22)) == date(2025, 11, 23)
    assert found.leaves_on(date(2025, 11, 22)) == date(2026, 11, 22)
    assert found.leaves_on(date(2025, 11, 23)) == date(2026, 11, 23)


def test_a_lifetime_has_no_edges() -> None:
    found = rungs(window=None)
    assert found.counted_from(date(2026, 11, 22)) == date.min
    assert found.leaves_on(date(2026, 11, 22)) == date.max


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 800))
def test_a_window_of_days_agrees_with_itself_from_both_ends(today: date, days: int) -> None:
    found = rungs(window=f"{days} days")
    first = found.counted_from(today)
    assert found.leaves_on(first) == today + timedelta(days=1)
    assert found.leaves_on(first - timedelta(days=1)) == today


@pytest.mark.parametrize(
    "fields",
    [
        {"tiers": []},
        {"tiers": [{"id": "a", "name": "A", "from_score": 1}]},
        {"tiers": [TIERS[0], {"id": "b", "name": "B", "from_score": 0}]},
        {"tiers": [TIERS[0], TIERS[2], TIERS[1]]},
        {"tiers": [TIERS[0], {**TIERS[1], "id": "bronze"}]},
        {"tiers": [{**TIERS[0], "from_score": "NaN"}]},
        {"tiers": [{**TIERS[0], "colour": "red"}]},
        {"metric": "points"},
        {"point_type": "points"},
        {"metric": "visitors"},
        {"metric": {"by": "visits", "events": []}},
        {"metric": {"by": "formula", "parts": {"spend": 0}}},
        {"metric": {"by": "formula", "parts": {"spend": 0.5}}},
        {"metric": {"by": "formula", "parts": [{"metric": {"by": "balance"}, "times": 1}]}},
        {"metric": "balance", "point_type": "points"},
        {"window": {"by": "calendar", "unit": "week"}},
        {"window": {"by": "calendar", "starts": 13}},
        {"window": {"by": "anniversary", "of": "birth"}},
        {"down": "at_period_end"},
        {"up": "at_period_end"},
        {"review_at": "year"},
        {"grace": "0 days"},
        {"grace_anchor": "entry"},
        {"tiers": [{**TIERS[0], "invitation_only": True}]},
        {"tiers": [TIERS[0], {"id": "black", "name": "Black"}]},
        {"tiers": [TIERS[0], {"id": "black", "name": "Black", "from_score": 5, "invitation_only": True}]},
        {"tiers": [{**TIERS[0], "benefits": [{"kind": "cake"}]}]},
        {"tiers": [{**TIERS[0], "benefits": [{"kind": "discount", "percent": 5, "amount": 5}]}]},
        {"window": "a year"},
        {"window": "0 days"},
        {"window": "9999 years"},
        {"down": "slowly"},
        {"id": "Status"},
    ],
)
def test_what_is_no_ladder(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ladder(**fields)


def test_every_policy_speaks() -> None:
    assert sorted(down_policies()) == ["at_period_end", "immediate", "never", "one_step"]
    assert {name: str(policy.words()) for name, policy in down_policies().items()} == {
        "at_period_end": (
            "you keep your tier until the period is over, and then move to the tier that you reached in it"
        ),
        "immediate": "you move to the tier that you still reach",
        "never": "you keep the tier that you have reached",
        "one_step": "you move down one tier at a time",
    }
