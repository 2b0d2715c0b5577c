"""An operator takes back what was given or taken, however long ago."""

from __future__ import annotations

from regulars.flows.reverse_adjustment import reverse_adjustment
from regulars.interfaces.commandline.scenarios.adjusting import OfAdjustment
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage


class OperatorReversesFor(OfAdjustment):
    """The same for ever, by an entry of its own and as far as there is something to take back."""

    name = "operator reverses for"
    example = "operator reverses for ada: goodwill"

    by: str = BY

    def play(self, stage: Stage, member: str) -> Outcome:
        return self.apply(stage, reverse_adjustment, by=self.by)
