"""Calendar periods: lengths such as '6 months', and the ends of months, quarters and years.

A period ends with the day that it leads to: one month from 25 January ends with 25 February, from 31 January with
28 February (29 in a leap year).
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from regulars.kernel.errors import Refusal

_FORM = re.compile(r"^\s*(\d{1,5})\s+(day|week|month|year)s?\s*$")
_MONTHS_OF = {"month": 1, "quarter": 3, "half": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar length: whole months, or whole days."""

    months: int = 0
    days: int = 0

    def after(self, day: date) -> date:
        """The day that the period leads to when it starts on `day`."""
        return add_months(day, self.months) + timedelta(days=self.days)

    def before(self, day: date) -> date:
        """The day from which the period leads to `day`, counted backwards."""
        return add_months(day, -self.months) - timedelta(days=self.days)

    def __str__(self) -> str:
        if self.months and self.months % 12 == 0:
            return f"{self.months // 12} year{'s' if self.months != 12 else ''}"
        if self.months:
            return f"{self.months} month{'s' if self.months != 1 else ''}"
        return f"{self.days} day{'s' if self.days != 1 else ''}"


LONGEST = Period(months=1_200, days=36_525)
"""A hundred years, in months and in days."""


def parse_period(text: str, *, field: str = "period") -> Period:
    """'14 days', '6 months', '1 year', '2 weeks'. Raises Refusal for anything else."""
    found = _FORM.match(text)
    if found is None:
        raise Refusal(
            "bad_period",
            "The period cannot be read",
            detail=f"{text!r} is not a period.",
            remedy="Write a number and a unit: 14 days, 2 weeks, 6 months, 1 year.",
            field=field,
        )
    number, unit = int(found[1]), found[2]
    if unit in ("day", "week"):
        period = Period(days=number * (7 if unit == "week" else 1))
    else:
        period = Period(months=number * _MONTHS_OF[unit])
    if period.months > LONGEST.months or period.days > LONGEST.days:
        raise Refusal(
            "period_too_long",
            "The period is too long",
            detail=f"{text!r} is longer than a hundred years, and the calendar of computers ends.",
            remedy="Use at most 100 years, or leave the period out.",
            field=field,
        )
    return period


def add_months(day: date, months: int) -> date:
    """The same day so many months on, or the last day of that month where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def end_of(unit: str, day: date) -> date:
    """The last day of the month, quarter, half or year that `day` lies in."""
    length = _MONTHS_OF[unit]
    last_month = (day.month - 1) // length * length + length
    return date(day.year, last_month, monthrange(day.year, last_month)[1])
