"""A second person approves points that wait."""

from __future__ import annotations

from regulars.flows.approve_adjustment import approve_adjustment
from regulars.interfaces.commandline.scenarios.adjusting import COLLEAGUE, OfAdjustment
from regulars.interfaces.commandline.scenarios.stage import Outcome, Stage


class OperatorApprovesFor(OfAdjustment):
    """Points that wait for a second person move; `{adjustment: goodwill, by: someone}` says who that is."""

    name = "operator approves for"
    example = "operator approves for ada: goodwill"

    by: str = COLLEAGUE

    def play(self, stage: Stage, member: str) -> Outcome:
        return self.apply(stage, approve_adjustment, by=self.by)
