"""An operator takes back what was done a moment ago."""

from __future__ import annotations

from regulars.flows.reverse_adjustment import undo_adjustment
from regulars.interfaces.commandline.scenarios.adjusting import OfAdjustment
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage


class OperatorUndoesFor(OfAdjustment):
    """As if it had never been; that is possible for ten seconds."""

    name = "operator undoes for"
    example = "operator undoes for ada: goodwill"

    by: str = BY

    def play(self, stage: Stage, member: str) -> Outcome:
        return self.apply(stage, undo_adjustment, by=self.by)
