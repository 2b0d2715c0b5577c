"""Going down: one tier at each review."""

from __future__ import annotations

from regulars.domain.tiers.down_policy import DownPolicy
from regulars.kernel.words import Sentence


class OneStep(DownPolicy):
    """Platinum with a score for bronze: gold first, silver at the next review, then bronze.

    Reviews are every night; where the window has periods, one at the end of each.
    """

    name = "one_step"

    def lowered(self, *, held: int, reached: int) -> int:
        return held - 1

    def waits_for_end(self, *, has_periods: bool) -> bool:
        return has_periods

    def words(self) -> Sentence:
        return Sentence("you move down one tier at a time")
