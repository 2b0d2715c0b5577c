"""An operator takes points by hand, with a reason."""

from __future__ import annotations

from regulars.interfaces.commandline.scenarios.adjusting import Adjusts
from regulars.interfaces.commandline.scenarios.stage import Outcome, Stage


class OperatorTakesFrom(Adjusts):
    """The same, away from the member; what is not there cannot be taken."""

    name = "operator takes from"
    example = "operator takes from ada: 15"

    def play(self, stage: Stage, member: str) -> Outcome:
        return self.adjust(stage, member, points=-self.points)
