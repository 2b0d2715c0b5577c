"""Points that expire a period after they became active, perhaps rounded up to the end of a month, quarter or year."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Literal

from pydantic import field_validator

from regulars.domain.ledger.expiry_policy import ExpiryPolicy
from regulars.domain.ledger.stated_period import stated_period
from regulars.kernel.periods import end_of, parse_period
from regulars.kernel.words import Sentence


class After(ExpiryPolicy):
    """period: '6 months'; round_up: None or the calendar unit at whose end the points go.

    Earned on 25 January with 1 month: last day 25 February; rounded up to the month: 28 February.
    """

    name = "after"

    period: str
    round_up: Literal["month", "quarter", "half", "year"] | None = None

    @field_validator("period")
    @classmethod
    def _is_period(cls, value: str) -> str:
        stated_period(value, field="expiry.period")
        return value

    def last_day(self, active_from: date) -> date | None:
        return _last_day(self.period, self.round_up, active_from)

    def words(self) -> Sentence:
        if self.round_up is None:
            return Sentence("points expire {period} after you earned them", {"period": self.period})
        return Sentence(
            "points expire {period} after you earned them, at the end of the {unit}",
            {"period": self.period, "unit": self.round_up},
        )


@lru_cache(maxsize=8192)
def _last_day(period: str, round_up: str | None, active_from: date) -> date:
    day = parse_period(period).after(active_from)
    return end_of(round_up, day) if round_up else day
