"""An operator gives points by hand, with a reason."""

from __future__ import annotations

from regulars.interfaces.commandline.scenarios.adjusting import Adjusts
from regulars.interfaces.commandline.scenarios.stage import Outcome, Stage


class OperatorGives(Adjusts):
    """Points by hand; or `{points: 50, reason: goodwill, point type: stars}`."""

    name = "operator gives"
    example = "operator gives ada: 50"

    def play(self, stage: Stage, member: str) -> Outcome:
        return self.adjust(stage, member, points=self.points)
