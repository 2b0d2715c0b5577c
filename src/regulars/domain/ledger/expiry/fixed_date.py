"""Points that all expire on one day, whenever they were earned."""

from __future__ import annotations

import datetime
import re
from contextlib import suppress

from pydantic import field_validator

from regulars.domain.ledger.expiry_policy import ExpiryPolicy
from regulars.kernel.validation import complaint
from regulars.kernel.words import Sentence

_FORM = re.compile(r"\d{4}-\d{2}-\d{2}")


class FixedDate(ExpiryPolicy):
    """date: the last day. With 31 December 2027, points of May and of November 2027 can be spent on that day, and
    both are gone on 1 January; points that become active later than the date were never promised any day.
    """

    name = "fixed_date"

    date: datetime.date

    @field_validator("date", mode="before")
    @classmethod
    def _written_as_a_date(cls, value: object) -> object:
        if isinstance(value, str) and _FORM.fullmatch(value):
            with suppress(ValueError):
                return datetime.date.fromisoformat(value)
        # Left to itself, pydantic reads a number as seconds since 1970.
        if not isinstance(value, datetime.date):
            raise complaint("this is not a date", "Write it as year, month and day: 2027-12-31.")
        return value

    def last_day(self, active_from: datetime.date) -> datetime.date | None:
        return self.date

    def words(self) -> Sentence:
        return Sentence("points expire at the end of {date}", {"date": self.date})
