"""Going down: never."""

from __future__ import annotations

from regulars.domain.tiers.down_policy import DownPolicy
from regulars.kernel.words import Sentence


class Never(DownPolicy):
    """A tier once reached is kept for life."""

    name = "never"

    def lowered(self, *, held: int, reached: int) -> int:
        return held

    def words(self) -> Sentence:
        return Sentence("you keep the tier that you have reached")
