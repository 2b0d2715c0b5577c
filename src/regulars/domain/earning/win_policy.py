"""The base class of policies that say what a return does to something that was won, such as a challenge.

Before it is won nothing has to be decided: what comes back counts no more.
"""

from __future__ import annotations

from functools import cache
from typing import ClassVar

from regulars.domain.earning import winning
from regulars.kernel.registry import variants_in
from regulars.kernel.words import Sentence


class WinPolicy:
    """What becomes of the reward when an order comes back that had counted.

    name: how rulebooks call it, in `on_return: keep`. goes_with_order: the reward belongs to the event that brought it,
    like everything else that an order gives; otherwise it stays, until `is_undone` says that it does not.
    """

    name: ClassVar[str]
    goes_with_order: ClassVar[bool] = False

    def is_undone(self, *, is_reached: bool) -> bool:
        """Whether the reward is taken back. is_reached: whether all goals are still met by what is left."""
        raise NotImplementedError

    def words(self) -> Sentence:
        """The policy for members."""
        raise NotImplementedError


@cache
def win_policies() -> dict[str, WinPolicy]:
    """Every policy in the folder, by name."""
    return {name: policy() for name, policy in variants_in(winning, WinPolicy).items()}
