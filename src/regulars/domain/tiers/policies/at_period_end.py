"""Going down: when a period ends, by what counted in it."""

from __future__ import annotations

from regulars.domain.tiers.down_policy import DownPolicy
from regulars.kernel.words import Sentence


class AtPeriodEnd(DownPolicy):
    """Gold is reached in May 2026 and kept for all of 2027; what counted in 2027 decides about 2028."""

    name = "at_period_end"
    needs_periods = True

    def lowered(self, *, held: int, reached: int) -> int:
        return reached

    def words(self) -> Sentence:
        return Sentence("you keep your tier until the period is over, and then move to the tier that you reached in it")
