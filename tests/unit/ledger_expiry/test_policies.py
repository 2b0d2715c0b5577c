"""Expiry policies: the last day on which points can be spent."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from regulars.domain.ledger.expiry_policy import expiry_policies, expiry_policy


@pytest.mark.parametrize(
    ("document", "active_from", "last_day"),
    [
        ({"policy": "never"}, date(2026, 1, 25), None),
        ({"policy": "after", "period": "1 month"}, date(2026, 1, 25), date(2026, 2, 25)),
        ({"policy": "after", "period": "1 month"}, date(2026, 1, 31), date(2026, 2, 28)),
        ({"policy": "after", "period": "1 month"}, date(2028, 1, 31), date(2028, 2, 29)),
        ({"policy": "after", "period": "0 months"}, date(2026, 1, 31), date(2026, 1, 31)),
        ({"policy": "after", "period": "30 days"}, date(2026, 3, 15), date(2026, 4, 14)),
        ({"policy": "after", "period": "6 months", "round_up": "month"}, date(2017, 1, 1), date(2017, 7, 31)),
        ({"policy": "after", "period": "1 month", "round_up": "month"}, date(2026, 1, 25), date(2026, 2, 28)),
        ({"policy": "after", "period": "1 month", "round_up": "quarter"}, date(2026, 1, 25), date(2026, 3, 31)),
        ({"policy": "after", "period": "1 month", "round_up": "half"}, date(2026, 6, 25), date(2026, 12, 31)),
        ({"policy": "after", "period": "1 year", "round_up": "year"}, date(2026, 1, 1), date(2027, 12, 31)),
        ({"policy": "after", "period": "1 day", "round_up": None}, date(2026, 12, 31), date(2027, 1, 1)),
    ],
)
def test_the_last_day(document: dict[str, Any], active_from: date, last_day: date | None) -> None:
    assert expiry_policy(document).last_day(active_from) == last_day


@given(
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.integers(0, 60),
    st.sampled_from([None, "month", "quarter", "half", "year"]),
)
def test_points_live_at_least_as_long_as_promised(day: date, months: int, round_up: str | None) -> None:
    plain = expiry_policy({"policy": "after", "period": f"{months} months"}).last_day(day)
    rounded = expiry_policy({"policy": "after", "period": f"{months} months", "round_up": round_up}).last_day(day)
    assert plain is not None
    assert rounded is not None
    assert day <= plain <= rounded


@pytest.mark.parametrize(
    "document",
    [
        {"policy": "after"},
        {"policy": "after", "period": "soon"},
        {"policy": "after", "period": 6},
        {"policy": "after", "period": "9999 years"},
        {"policy": "after", "period": "6 months", "round_up": "week"},
        {"policy": "after", "period": "6 months", "rond_up": "month"},
        {"policy": "never", "period": "6 months"},
    ],
)
def test_what_is_no_policy(document: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        expiry_policy(document)


def test_every_policy_speaks() -> None:
    assert sorted(expiry_policies()) == ["after", "never"]
    assert str(expiry_policy({"policy": "never"}).words()) == "points never expire"
    assert str(expiry_policy({"policy": "after", "period": "6 months"}).words()) == (
        "points expire 6 months after you earned them"
    )
    assert str(expiry_policy({"policy": "after", "period": "6 months", "round_up": "half"}).words()) == (
        "points expire 6 months after you earned them, at the end of the half"
    )
