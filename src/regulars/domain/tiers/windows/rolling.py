"""A window that moves with the days: the last 12 months, today included."""

from __future__ import annotations

from datetime import date

from pydantic import field_validator

from regulars.domain.tiers.window import Anchors, Window
from regulars.kernel.errors import Refusal
from regulars.kernel.periods import Period, parse_period
from regulars.kernel.validation import complaint, refused
from regulars.kernel.words import Sentence


class Rolling(Window):
    """12 months: an order of 2 March 2026 counts through 1 March 2027. Written `window: 12 months`.

    period: how long.
    """

    name = "rolling"

    period: str

    @field_validator("period")
    @classmethod
    def _is_some_time(cls, value: str) -> str:
        try:
            period = parse_period(value, field="window")
        except Refusal as refusal:
            raise refused(refusal) from None
        if period == Period():
            raise complaint("a window of no time at all counts nothing", "Write a longer one, such as 12 months.")
        return value

    def counted_from(self, day: date, anchors: Anchors) -> date:
        return date.fromordinal(parse_period(self.period).before(day).toordinal() + 1)

    def leaves_on(self, day: date, anchors: Anchors) -> date:
        return parse_period(self.period).after(day)

    def words(self) -> Sentence:
        return Sentence("within {period}", {"period": self.period})
