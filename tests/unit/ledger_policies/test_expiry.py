"""Expiry policies: the last day on which points can be spent."""

from __future__ import annotations

from datetime import date, timedelta
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
        # The vectors of L11.
        ({"policy": "after", "period": "0 months"}, date(2026, 1, 1), date(2026, 1, 1)),
        ({"policy": "after", "period": "1 month", "round_up": "month"}, date(2026, 1, 10), date(2026, 2, 28)),
        ({"policy": "after", "period": "1 month", "round_up": "quarter"}, date(2026, 1, 10), date(2026, 3, 31)),
        ({"policy": "after", "period": "1 month", "round_up": "half"}, date(2026, 1, 10), date(2026, 6, 30)),
        ({"policy": "after", "period": "12 months", "round_up": "year"}, date(2026, 1, 10), date(2027, 12, 31)),
        ({"policy": "fixed_date", "date": "2027-12-31"}, date(2026, 5, 1), date(2027, 12, 31)),
        ({"policy": "fixed_date", "date": date(2027, 12, 31)}, date(2027, 12, 31), date(2027, 12, 31)),
        ({"policy": "fixed_date", "date": "2027-12-31"}, date(2028, 1, 1), date(2027, 12, 31)),
        ({"policy": "calendar"}, date(2026, 1, 1), date(2027, 12, 31)),
        ({"policy": "calendar"}, date(2026, 12, 31), date(2027, 12, 31)),
        ({"policy": "calendar", "month": 2, "day": 31}, date(2026, 5, 1), date(2027, 2, 28)),
        ({"policy": "calendar", "month": 2, "day": 29}, date(2027, 5, 1), date(2028, 2, 29)),
        ({"policy": "calendar", "month": 4, "day": 31, "years": 3}, date(2026, 5, 1), date(2029, 4, 30)),
        ({"policy": "calendar", "month": 6, "day": 30, "years": 0}, date(2026, 6, 29), date(2026, 6, 30)),
        ({"policy": "calendar", "month": 6, "day": 30, "years": 0}, date(2026, 6, 30), date(2026, 6, 30)),
        ({"policy": "calendar", "month": 6, "day": 30, "years": 0}, date(2026, 9, 1), date(2027, 6, 30)),
        ({"policy": "inactivity", "period": "6 months"}, date(2026, 1, 10), date(2026, 7, 10)),
        ({"policy": "inactivity", "period": "1 year"}, date(2028, 2, 29), date(2029, 2, 28)),
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
        {"policy": "fixed_date"},
        {"policy": "fixed_date", "date": 20271231},
        {"policy": "fixed_date", "date": "2027-02-29"},
        {"policy": "fixed_date", "date": "20271231"},
        {"policy": "calendar", "month": True},
        {"policy": "inactivity", "period": "1 year", "activities": ["Order"]},
        {"policy": "calendar", "month": 13},
        {"policy": "calendar", "day": 0},
        {"policy": "calendar", "years": -1},
        {"policy": "inactivity"},
        {"policy": "inactivity", "period": "0 days"},
        {"policy": "inactivity", "period": "1 year", "activities": "order"},
    ],
)
def test_what_is_no_policy(document: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        expiry_policy(document)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 12), st.integers(1, 31), st.integers(0, 5))
def test_a_day_of_the_calendar_is_never_over_when_points_become_active(
    active_from: date, month: int, day: int, years: int
) -> None:
    policy = expiry_policy({"policy": "calendar", "month": month, "day": day, "years": years})
    last_day = policy.last_day(active_from)
    assert last_day is not None
    assert active_from <= last_day
    assert last_day.month == month
    assert last_day.day == day or (last_day.day < day and (last_day + timedelta(days=1)).day == 1)


def test_only_inactivity_starts_its_clock_again() -> None:
    assert [name for name, policy in expiry_policies().items() if policy.renews] == ["inactivity"]
    assert not expiry_policy({"policy": "never"}).renewed_by("order")


@pytest.mark.parametrize(
    ("activities", "renewing"),
    [
        ([], ["order", "app.review", "redemption"]),
        (["order"], ["order"]),
        (["order", "redemption"], ["order", "redemption"]),
    ],
)
def test_what_counts_as_activity(activities: list[str], renewing: list[str]) -> None:
    policy = expiry_policy({"policy": "inactivity", "period": "1 year", "activities": activities})
    assert [each for each in ("order", "app.review", "redemption") if policy.renewed_by(each)] == renewing


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"policy": "never"}, "points never expire"),
        ({"policy": "after", "period": "6 months"}, "points expire 6 months after you earned them"),
        (
            {"policy": "after", "period": "6 months", "round_up": "half"},
            "points expire 6 months after you earned them, at the end of the half",
        ),
        ({"policy": "fixed_date", "date": "2027-12-31"}, "points expire at the end of 31 Dec 2027"),
        ({"policy": "calendar"}, "points expire on 31 December of the year after you earned them"),
        ({"policy": "calendar", "month": 2, "years": 0}, "points expire on the next 29 February after you earned them"),
        (
            {"policy": "calendar", "years": 3},
            "points expire on 31 December, 3 years after the year in which you earned them",
        ),
        (
            {"policy": "inactivity", "period": "1 year"},
            "points expire when nothing happens on your account for 1 year",
        ),
        (
            {"policy": "inactivity", "period": "1 year", "activities": ["order", "redemption", "app.review"]},
            "points expire 1 year after the last of these: an order, a redemption or the event “app.review”",
        ),
    ],
)
def test_every_policy_speaks(document: dict[str, Any], words: str) -> None:
    assert str(expiry_policy(document).words()) == words
