"""Points that become active when something happens, such as the delivery of the order."""

from __future__ import annotations

from datetime import date

from pydantic import Field, field_validator

from regulars.domain.ledger.activation_policy import ActivationPolicy, Term
from regulars.domain.ledger.stated_period import stated_period
from regulars.kernel.periods import Period, parse_period
from regulars.kernel.validation import complaint
from regulars.kernel.words import Sentence


class OnEvent(ActivationPolicy):
    """event: the event type. cancel_after: how long it may take to come; None: as long as it takes.

    order_delivered within 30 days: earned on 1 March, delivered on 31 March: active; on 1 April the points are gone.
    """

    name = "on_event"

    event: str = Field(pattern=r"^[a-z][a-z0-9_.]{0,59}$")
    cancel_after: str | None = None

    @field_validator("cancel_after")
    @classmethod
    def _is_period(cls, value: str | None) -> str | None:
        if value is not None and stated_period(value, field="pending.cancel_after") == Period():
            raise complaint(
                "the points would be gone on the day after they were earned", "Write a longer period, such as 30 days."
            )
        return value

    def term(self, earned_on: date) -> Term | None:
        last = None if self.cancel_after is None else parse_period(self.cancel_after).after(earned_on)
        return Term(None, self.event, last)

    def event_types(self) -> tuple[str, ...]:
        return (self.event,)

    def words(self) -> Sentence:
        if self.cancel_after is None:
            return Sentence("you can spend points after the event “{event}”", {"event": self.event})
        return Sentence(
            "you can spend points after the event “{event}”; without it they are gone {period} after you earned them",
            {"event": self.event, "period": self.cancel_after},
        )
