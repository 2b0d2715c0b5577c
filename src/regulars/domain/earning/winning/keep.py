"""What was won stays won, whatever comes back afterwards."""

from __future__ import annotations

from regulars.domain.earning.win_policy import WinPolicy
from regulars.kernel.words import Sentence


class Keep(WinPolicy):
    """Three coffees won 100 points. All three come back: the count is 0 of 3, and the 100 points stay."""

    name = "keep"

    def is_undone(self, *, is_reached: bool) -> bool:
        return False

    def words(self) -> Sentence:
        return Sentence("once completed, it stays so, also when you return something")
