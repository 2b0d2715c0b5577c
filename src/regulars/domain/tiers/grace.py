"""Time that members have before a tier is lost, as a ladder states it. Pure."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from regulars.kernel.errors import Refusal
from regulars.kernel.periods import Period, end_of, parse_period
from regulars.kernel.validation import complaint, refused
from regulars.kernel.words import Sentence


class Grace(BaseModel):
    """period: how long. anchor: from when on.

    `entry`: the tier is kept so long after it was reached, whatever counts. `disqualification`: so long after the score
    fell below it; that day is remembered, so later reviews do not start the time again.
    round_up: to the end of a month, quarter, half or year.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    period: str = Field(description="How long a tier is kept, such as 3 months")
    anchor: Literal["entry", "disqualification"] = Field(
        default="disqualification", description="From when on: the day of reaching the tier, or of falling below it"
    )
    round_up: Literal["month", "quarter", "half", "year"] | None = Field(
        default=None, description="The end of the month, quarter, half or year to which it is rounded up"
    )

    @field_validator("period")
    @classmethod
    def _is_some_time(cls, value: str) -> str:
        try:
            period = parse_period(value, field="period")
        except Refusal as refusal:
            raise refused(refusal) from None
        if period == Period():
            raise complaint("a grace of no time changes nothing", "Write 1 day or more, or remove grace.")
        return value

    def kept_until(self, *, entered: date, fell: date) -> date:
        """The last day on which the tier is kept. entered: the day of reaching it; fell: of falling below it."""
        last = parse_period(self.period).after(entered if self.anchor == "entry" else fell)
        return end_of(self.round_up, last) if self.round_up else last

    def words(self) -> Sentence:
        """The grace for members."""
        values = {"period": self.period, "unit": self.round_up}
        if self.anchor == "entry":
            text = "a tier is yours for at least {period} after you reached it"
            rounded = "a tier is yours for at least {period} after you reached it, to the end of that {unit}"
        else:
            text = "you keep it for another {period}"
            rounded = "you keep it for another {period}, to the end of that {unit}"
        return Sentence(rounded if self.round_up else text, values)
