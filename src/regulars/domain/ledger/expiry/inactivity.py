"""Points that expire when the member has done nothing for a while."""

from __future__ import annotations

from datetime import date

from pydantic import field_validator

from regulars.domain.ledger.expiry_policy import ExpiryPolicy
from regulars.domain.ledger.stated_period import stated_period
from regulars.kernel.periods import Period, parse_period
from regulars.kernel.words import Sentence, listing


class Inactivity(ExpiryPolicy):
    """period: how long after the last activity the points stay. activities: the event types that count, and
    `redemption`; empty: every event and every redemption.

    6 months: points active since 10 January go after 10 July, and an order on 5 June keeps them until 5 December.
    """

    name = "inactivity"
    renews = True

    period: str
    activities: tuple[str, ...] = ()

    @field_validator("period")
    @classmethod
    def _is_period(cls, value: str) -> str:
        if stated_period(value, field="expiry.period") == Period():
            raise ValueError("points cannot wait no time at all for the next activity")
        return value

    def last_day(self, active_from: date) -> date | None:
        return parse_period(self.period).after(active_from)

    def renewed_by(self, activity: str) -> bool:
        return not self.activities or activity in self.activities

    def words(self) -> Sentence:
        if not self.activities:
            return Sentence("points expire when nothing happens on your account for {period}", {"period": self.period})
        return Sentence(
            "points expire {period} after the last of these: {activities}",
            {"period": self.period, "activities": listing(list(self.activities), last="or")},
        )
