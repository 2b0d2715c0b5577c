"""Calendar periods: short months, leap years, the ends of months, quarters, halves and years."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.kernel.errors import Refusal
from regulars.kernel.periods import Period, add_months, end_of, parse_period


@pytest.mark.parametrize(
    ("text", "period", "said"),
    [
        ("14 days", Period(days=14), "14 days"),
        ("1 day", Period(days=1), "1 day"),
        ("2 weeks", Period(days=14), "14 days"),
        ("6 months", Period(months=6), "6 months"),
        ("1 month", Period(months=1), "1 month"),
        ("1 year", Period(months=12), "1 year"),
        ("2 years", Period(months=24), "2 years"),
        (" 0 months ", Period(), "0 days"),
    ],
)
def test_periods_are_read_and_said(text: str, period: Period, said: str) -> None:
    assert parse_period(text) == period
    assert str(period) == said


@pytest.mark.parametrize(
    "text", ["", "months", "6", "six months", "-1 days", "1.5 years", "6 months 2 days", "999999 days"]
)
def test_what_is_no_period(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_period(text, field="window")
    assert (refused.value.code, refused.value.field) == ("bad_period", "window")


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("1 month", date(2026, 1, 25), date(2026, 2, 25)),
        ("1 month", date(2026, 1, 31), date(2026, 2, 28)),
        ("1 month", date(2028, 1, 31), date(2028, 2, 29)),
        ("0 months", date(2026, 1, 31), date(2026, 1, 31)),
        ("1 year", date(2028, 2, 29), date(2029, 2, 28)),
        ("2 weeks", date(2026, 12, 25), date(2027, 1, 8)),
        ("13 months", date(2026, 12, 31), date(2028, 1, 31)),
    ],
)
def test_a_period_ends_with_the_day_it_leads_to(text: str, start: date, end: date) -> None:
    assert parse_period(text).after(start) == end


@pytest.mark.parametrize("text", ["101 years", "1201 months", "99999 days", "5218 weeks"])
def test_a_period_beyond_every_calendar(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_period(text)
    assert refused.value.code == "period_too_long"
    assert parse_period("100 years").after(date(2026, 2, 28)) == date(2126, 2, 28)


def test_a_period_backwards() -> None:
    assert parse_period("12 months").before(date(2026, 11, 22)) == date(2025, 11, 22)
    assert parse_period("1 month").before(date(2026, 3, 31)) == date(2026, 2, 28)
    assert parse_period("10 days").before(date(2026, 1, 5)) == date(2025, 12, 26)


@pytest.mark.parametrize(
    ("unit", "day", "end"),
    [
        ("month", date(2026, 2, 3), date(2026, 2, 28)),
        ("month", date(2028, 2, 29), date(2028, 2, 29)),
        ("quarter", date(2026, 1, 1), date(2026, 3, 31)),
        ("quarter", date(2026, 12, 31), date(2026, 12, 31)),
        ("half", date(2026, 6, 30), date(2026, 6, 30)),
        ("half", date(2026, 7, 1), date(2026, 12, 31)),
        ("year", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_ends(unit: str, day: date, end: date) -> None:
    assert end_of(unit, day) == end


@given(st.dates(date(1995, 1, 1), date(2200, 1, 1)), st.integers(-600, 600))
def test_months_are_counted_exactly(day: date, months: int) -> None:
    there = add_months(day, months)
    assert there.year * 12 + there.month == day.year * 12 + day.month + months
    # The same day, or the last of a month that is shorter.
    assert there.day == day.day or (there.day < day.day and there == end_of("month", there))


@given(st.dates(date(1995, 1, 1), date(2200, 1, 1)), st.sampled_from(["month", "quarter", "half", "year"]))
def test_an_end_is_its_own_end(day: date, unit: str) -> None:
    end = end_of(unit, day)
    assert end >= day
    assert end_of(unit, end) == end
