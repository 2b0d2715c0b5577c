"""The reward goes with the order that brought it, and with no other."""

from __future__ import annotations

from regulars.domain.earning.win_policy import WinPolicy
from regulars.kernel.words import Sentence


class WithOrder(WinPolicy):
    """Three coffees won 100 points. The third comes back: the 100 are taken back. The first comes back: they stay."""

    name = "with_order"
    goes_with_order = True

    def is_undone(self, *, is_reached: bool) -> bool:
        return False

    def words(self) -> Sentence:
        return Sentence("the reward goes back with the order that completed it")
