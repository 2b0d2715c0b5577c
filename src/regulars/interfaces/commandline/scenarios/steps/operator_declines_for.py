"""Points that wait for a second person are declined."""

from __future__ import annotations

from regulars.flows.decline_adjustment import decline_adjustment
from regulars.interfaces.commandline.scenarios.adjusting import COLLEAGUE, OfAdjustment
from regulars.interfaces.commandline.scenarios.stage import Outcome, Stage


class OperatorDeclinesFor(OfAdjustment):
    """They never move."""

    name = "operator declines for"
    example = "operator declines for ada: goodwill"

    by: str = COLLEAGUE
    why: str = "not this time"

    def play(self, stage: Stage, member: str) -> Outcome:
        return self.apply(stage, decline_adjustment, by=self.by, why=self.why)
