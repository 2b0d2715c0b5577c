"""The reward stays as long as what is left would still have won it."""

from __future__ import annotations

from regulars.domain.earning.win_policy import WinPolicy
from regulars.kernel.words import Sentence


class Recount(WinPolicy):
    """Three coffees won 100 points, and there were four. One comes back: they stay. Another: they are taken back.

    It does not matter which of them had completed it. The next coffee wins them again.
    """

    name = "recount"

    def is_undone(self, *, is_reached: bool) -> bool:
        return not is_reached

    def words(self) -> Sentence:
        return Sentence("the reward is taken back when returns leave less than it asks for")
