"""A member takes a reward of the catalogue for points."""

from __future__ import annotations

from regulars.interfaces.commandline.scenarios.redemptions import OfReward
from regulars.interfaces.commandline.scenarios.stage import Outcome, Stage


class Redeems(OfReward):
    """Takes a reward; `{reward: five-euro, as: the second}` gives it a name."""

    name = "redeems"
    example = "ada redeems: five-euro"

    def play(self, stage: Stage, member: str) -> Outcome:
        return self.take(stage, member, hold_for=None)
