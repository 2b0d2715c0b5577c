"""Points that come back after their last day can be spent for a while longer."""

from __future__ import annotations

from datetime import date

from pydantic import field_validator

from regulars.domain.ledger.restore_policy import RestorePolicy
from regulars.domain.ledger.stated_period import stated_period
from regulars.kernel.periods import parse_period
from regulars.kernel.words import Sentence


class Grace(RestorePolicy):
    """period: 30 days, points good until 30 June that come back on 10 July can be spent until 9 August."""

    name = "grace"

    period: str

    @field_validator("period")
    @classmethod
    def _is_period(cls, value: str) -> str:
        stated_period(value, field="restore.period")
        return value

    def last_day(self, original: date | None, *, today: date) -> date | None:
        if original is None or original >= today:
            return original
        return parse_period(self.period).after(today)

    def words(self) -> Sentence:
        return Sentence(
            "points that you spent on a returned order come back; those that expired meanwhile can be spent for"
            " {period}",
            {"period": self.period},
        )
