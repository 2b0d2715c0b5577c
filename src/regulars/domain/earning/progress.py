"""How far a member is: a stamp card, a streak, a challenge with its goals. Read off the tallies, never stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from regulars.kernel.words import Sentence

Shape = Literal["stamps", "streak", "challenge"]


@dataclass(frozen=True, slots=True)
class Goal:
    """One thing to do. have: counted so far, a head start included; need: how many make it.

    is_money: both are money, in the currency's smallest unit. given: how much of it was the head start.
    """

    name: Sentence
    have: int
    need: int
    is_money: bool = False
    given: int = 0

    @property
    def is_met(self) -> bool:
        """Whether nothing is missing."""
        return self.have >= self.need

    @property
    def percent(self) -> int:
        """How far, 0 to 100."""
        return min(max(self.have, 0) * 100 // self.need, 100)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a member is with one rule. ends_on: the last day that counts; None: there is none.

    times: how often it was completed. is_over: nothing more can be had from it.
    """

    rule: str
    shape: Shape
    goals: Sequence[Goal]
    times: int = 0
    ends_on: date | None = None
    starts_on: date | None = None
    is_over: bool = False

    @property
    def percent(self) -> int:
        """How far all goals together are, 0 to 100."""
        return sum(goal.percent for goal in self.goals) // len(self.goals)
