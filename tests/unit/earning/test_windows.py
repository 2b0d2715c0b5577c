"""How far rules look back: rows, spans and ends of windows, and words that are no window."""

from __future__ import annotations

from datetime import date

import pytest

from regulars.domain.earning.windows import EVER, LIFETIME, Window, parse_window
from regulars.kernel.errors import Refusal
from regulars.kernel.periods import Period

DAY = date(2026, 3, 31)
"""A Tuesday, the last day of a month and of a quarter."""


@pytest.mark.parametrize(
    ("text", "row", "since", "ends"),
    [
        ("lifetime", EVER, EVER, None),
        ("calendar day", DAY, DAY, DAY),
        ("calendar week", date(2026, 3, 30), date(2026, 3, 30), date(2026, 4, 5)),
        ("calendar month", date(2026, 3, 1), date(2026, 3, 1), date(2026, 3, 31)),
        ("calendar quarter", date(2026, 1, 1), date(2026, 1, 1), date(2026, 3, 31)),
        ("calendar year", date(2026, 1, 1), date(2026, 1, 1), date(2026, 12, 31)),
        ("1 day", DAY, DAY, None),
        ("30 days", DAY, date(2026, 3, 2), None),
        ("1 month", DAY, date(2026, 3, 1), None),
        ("1 year", DAY, date(2025, 4, 1), None),
    ],
)
def test_a_window_says_what_counts(text: str, row: date, since: date, ends: date | None) -> None:
    window = parse_window(text)
    assert window.row(DAY) == row
    assert window.span(DAY) == (since, row)
    assert window.ends(DAY) == ends


def test_a_window_around_an_event_looks_both_ways() -> None:
    window = Window("week", Period(days=14), around=True)
    assert window.span(DAY) == (date(2026, 3, 16), date(2026, 4, 13))
    months = Window("month", Period(months=2), around=True)
    assert months.span(DAY) == (date(2026, 1, 1), date(2026, 5, 1))


@pytest.mark.parametrize(
    ("text", "code"),
    [("0 days", "window_of_zero"), ("0 years", "window_of_zero"), ("a month", "bad_window"), ("", "bad_window"),
     ("calendar decade", "bad_window"), ("200 years", "period_too_long")],
)  # fmt: skip
def test_what_is_no_window_is_refused(text: str, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        parse_window(text)
    assert refusal.value.code == code


def test_windows_in_words() -> None:
    said = [str(parse_window(text).words()) for text in ("lifetime", "calendar month", "30 days")]
    assert said == ["over all time", "in one calendar month", "within 30 days"]
    assert str(LIFETIME.words()) == "over all time"
