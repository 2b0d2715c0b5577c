"""A member sets the points for a reward aside, while the order that uses it is still open."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from regulars.interfaces.commandline.scenarios.redemptions import OfReward
from regulars.interfaces.commandline.scenarios.stage import Outcome, Stage


class Reserves(OfReward):
    """Sets the points aside, for 15 minutes unless it says `{reward: dinner, for: 2 hours}`."""

    name = "reserves"
    example = "ada reserves: dinner"

    for_: str = Field(default="15 minutes", pattern=r"^[0-9]{1,4} (minutes?|hours?)$", description="For how long")

    def play(self, stage: Stage, member: str) -> Outcome:
        number, unit = self.for_.split()
        return self.take(stage, member, hold_for=timedelta(**{unit.rstrip("s") + "s": int(number)}))
