"""Points that expire on a day of the calendar, such as 31 December of the year after the one they were earned in."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from pydantic import Field

from regulars.domain.ledger.expiry_policy import ExpiryPolicy
from regulars.kernel.words import Sentence, day_of_year


class Calendar(ExpiryPolicy):
    """month, day: the day of the year, the last one of the month where it is shorter. years: how many years later.

    31 December, 1 year: points of 2026 can be spent until 31 December 2027. With 0 years it is the next such day, the
    day of earning included: 30 June, earned on 1 September 2026, until 30 June 2027.
    """

    name = "calendar"

    month: int = Field(default=12, strict=True, ge=1, le=12)
    day: int = Field(default=31, strict=True, ge=1, le=31)
    years: int = Field(default=1, strict=True, ge=0, le=100)

    def last_day(self, active_from: date) -> date | None:
        day = self._in(active_from.year + self.years)
        return day if day >= active_from else self._in(active_from.year + 1)

    def words(self) -> Sentence:
        day = day_of_year(self.month, min(self.day, monthrange(2024, self.month)[1]))
        if self.years == 0:
            return Sentence("points expire on the next {day} after you earned them", {"day": day})
        if self.years == 1:
            return Sentence("points expire on {day} of the year after you earned them", {"day": day})
        values = {"day": day, "period": f"{self.years} years"}
        return Sentence("points expire on {day}, {period} after the year in which you earned them", values)

    def _in(self, year: int) -> date:
        return date(year, self.month, min(self.day, monthrange(year, self.month)[1]))
