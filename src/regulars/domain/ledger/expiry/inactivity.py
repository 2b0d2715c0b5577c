"""Points that expire when the member has done nothing for a while."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, field_validator

from regulars.domain.ledger.expiry_policy import ExpiryPolicy
from regulars.domain.ledger.stated_period import stated_period
from regulars.kernel.periods import Period, parse_period
from regulars.kernel.validation import complaint
from regulars.kernel.words import Sentence, listing

_EventType = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.]{0,59}$")]
_WORDS = {"order": Sentence("an order"), "redemption": Sentence("a redemption"), "return": Sentence("a return")}


class Inactivity(ExpiryPolicy):
    """period: how long after the last activity the points stay. activities: the event types that count, and
    `redemption`; empty: every event and every redemption.

    6 months: points active since 10 January go after 10 July, and an order on 5 June keeps them until 5 December.
    """

    name = "inactivity"
    renews = True

    period: str
    activities: tuple[_EventType, ...] = Field(default=(), max_length=100)

    @field_validator("period")
    @classmethod
    def _is_period(cls, value: str) -> str:
        if stated_period(value, field="expiry.period") == Period():
            raise complaint("points would be gone before anything can happen", "Write a longer period, such as 1 year.")
        return value

    def last_day(self, active_from: date) -> date | None:
        return parse_period(self.period).after(active_from)

    def renewed_by(self, activity: str) -> bool:
        return not self.activities or activity in self.activities

    def event_types(self) -> tuple[str, ...]:
        return self.activities

    def words(self) -> Sentence:
        if not self.activities:
            return Sentence("points expire when nothing happens on your account for {period}", {"period": self.period})
        activities = [_WORDS.get(each) or Sentence("the event “{event}”", {"event": each}) for each in self.activities]
        return Sentence(
            "points expire {period} after the last of these: {activities}",
            {"period": self.period, "activities": listing([*activities], last="or")},
        )
