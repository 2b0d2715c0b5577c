"""The base class of the policies for going down, and how a rulebook names one."""

from __future__ import annotations

from functools import cache
from typing import ClassVar

from regulars.domain.tiers import policies
from regulars.kernel.registry import variants_in
from regulars.kernel.words import Sentence


class DownPolicy:
    """Decides the tier of a member whose score no longer reaches the tier held.

    name: how rulebooks call it, in `down: immediate`. needs_periods: whether it makes sense only where periods end.
    """

    name: ClassVar[str]
    needs_periods: ClassVar[bool] = False

    def lowered(self, *, held: int, reached: int) -> int:
        """The new tier. held, reached: positions on the ladder, 0 the lowest; reached < held."""
        raise NotImplementedError

    def waits_for_end(self, *, has_periods: bool) -> bool:
        """Whether it asks at the end of a period, by what counted in it, rather than every day."""
        return self.needs_periods

    def words(self) -> Sentence:
        """The policy for members."""
        raise NotImplementedError


@cache
def down_policies() -> dict[str, DownPolicy]:
    """Every policy in the folder, by name."""
    return {name: policy() for name, policy in variants_in(policies, DownPolicy).items()}
