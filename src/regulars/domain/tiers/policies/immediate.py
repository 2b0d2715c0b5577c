"""Going down: at once, to the tier that the score reaches."""

from __future__ import annotations

from regulars.domain.tiers.down_policy import DownPolicy
from regulars.kernel.words import Sentence


class Immediate(DownPolicy):
    """Platinum with a score for silver: silver, on the first day of the shortfall."""

    name = "immediate"

    def lowered(self, *, held: int, reached: int) -> int:
        return reached

    def words(self) -> Sentence:
        return Sentence("you move to the tier that you still reach")
