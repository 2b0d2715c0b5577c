"""Points that become active on certain days of the month or of the year, all those earned before it together."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from regulars.domain.ledger.activation_policy import ActivationPolicy, Term
from regulars.kernel.validation import complaint
from regulars.kernel.words import Sentence, day_of_year, listing

_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


class FixedDates(ActivationPolicy):
    """days: of every month. dates: of every year, as month and day. The next such day after the day of earning counts.

    days 1 and 15: earned on 1 March, active on 15 March; earned on 15 March, active on 1 April. A day that a month does
    not have is its last one: 31 is 30 April, 02-29 is 28 February where there is no other.
    """

    name = "fixed_dates"

    days: tuple[Annotated[int, Field(strict=True, ge=1, le=31)], ...] = Field(default=(), max_length=31)
    dates: tuple[str, ...] = Field(default=(), max_length=366)

    @field_validator("dates")
    @classmethod
    def _days_of_a_year(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            found = _MONTH_DAY.fullmatch(text)
            if found is None or int(found[2]) > monthrange(2024, int(found[1]))[1]:
                raise complaint(f"{text!r} is no day of a year", "Write the month and the day, such as “03-31”.")
        return value

    @model_validator(mode="after")
    def _some_day(self) -> Self:
        if not self.days and not self.dates:
            raise complaint("it does not say on which days points become active", "Add days or dates.")
        return self

    def term(self, earned_on: date) -> Term | None:
        return Term(min(self._candidates(earned_on)), "", None)

    def words(self) -> Sentence:
        days = [Sentence("day {day} of a month", {"day": day}) for day in self.days]
        dates = [day_of_year(int(each[:2]), int(each[3:])) for each in self.dates]
        return Sentence(
            "points can be spent from the next of these days on: {days}", {"days": listing([*days, *dates], last="or")}
        )

    def _candidates(self, earned_on: date) -> list[date]:
        """For every day stated the next one after the day of earning, and perhaps some that come later."""
        next_month = earned_on.replace(day=1) + timedelta(days=32)
        months = [(earned_on.year, earned_on.month), (next_month.year, next_month.month)]
        days = [_day(year, month, day) for day in self.days for year, month in months]
        dates = [
            _day(year, int(text[:2]), int(text[3:]))
            for text in self.dates
            for year in (earned_on.year, earned_on.year + 1)
        ]
        return [day for day in (*days, *dates) if day > earned_on]


def _day(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))
