"""Periods of the calendar: what counts begins anew with each year, half, quarter or month."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from regulars.domain.tiers.window import Anchors, Window
from regulars.kernel.periods import add_months
from regulars.kernel.words import Sentence

_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
_WORDS = {
    "month": Sentence("within a calendar month"),
    "quarter": Sentence("within a quarter"),
    "half": Sentence("within half a year"),
    "year": Sentence("within a year"),
}


class Calendar(Window):
    """A year that starts in April: what is bought on 31 March counts for one year, on 1 April for the next.

    unit: year, half, quarter or month. starts: the month, 1 to 12, in which the first period of a year begins.
    """

    name = "calendar"
    has_periods = True

    unit: Literal["year", "half", "quarter", "month"] = "year"
    starts: int = Field(default=1, strict=True, ge=1, le=12)

    @property
    def periodic(self) -> bool:
        return True

    def counted_from(self, day: date, anchors: Anchors) -> date:
        months = _MONTHS[self.unit]
        into = (day.year * 12 + day.month - self.starts) % months
        return add_months(day.replace(day=1), -into)

    def leaves_on(self, day: date, anchors: Anchors) -> date:
        return add_months(self.counted_from(day, anchors), _MONTHS[self.unit])

    def next_end(self, day: date, anchors: Anchors) -> date:
        return self.leaves_on(day, anchors)

    def words(self) -> Sentence:
        return _WORDS[self.unit]
