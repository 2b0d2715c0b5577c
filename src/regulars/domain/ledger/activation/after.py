"""Points that become active a period after they were earned, such as the time for returns."""

from __future__ import annotations

from datetime import date

from pydantic import field_validator

from regulars.domain.ledger.activation_policy import ActivationPolicy, Term
from regulars.domain.ledger.stated_period import stated_period
from regulars.kernel.periods import parse_period
from regulars.kernel.words import Sentence


class After(ActivationPolicy):
    """period: earned on 1 March with 14 days: active on 15 March from 00:00. Of no days: at once."""

    name = "after"

    period: str

    @field_validator("period")
    @classmethod
    def _is_period(cls, value: str) -> str:
        stated_period(value, field="pending.period")
        return value

    def term(self, earned_on: date) -> Term | None:
        day = parse_period(self.period).after(earned_on)
        return Term(day, "", None) if day > earned_on else None

    def words(self) -> Sentence:
        return Sentence("you can spend points {period} after you earned them", {"period": self.period})
