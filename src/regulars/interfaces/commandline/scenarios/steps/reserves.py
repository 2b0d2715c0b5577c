"""A member sets the points for a reward aside, while the order that uses it is still open."""

from __future__ import annotations

from pydantic import Field

from regulars.interfaces.commandline.scenarios.redemptions import LASTING, OfReward, lasting
from regulars.interfaces.commandline.scenarios.stage import Outcome, Stage


class Reserves(OfReward):
    """Sets the points aside, for 15 minutes unless it says `{reward: dinner, for: 2 hours}`."""

    name = "reserves"
    example = "ada reserves: dinner"

    for_: str = Field(default="15 minutes", pattern=LASTING, description="For how long")

    def play(self, stage: Stage, member: str) -> Outcome:
        return self.take(stage, member, hold_for=lasting(self.for_))
