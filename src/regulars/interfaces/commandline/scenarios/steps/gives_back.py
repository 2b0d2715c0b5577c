"""A member gives a reward back: the points return to the lots that paid for it."""

from __future__ import annotations

from regulars.flows.reverse_redemption import reverse_redemption
from regulars.interfaces.commandline.scenarios.redemptions import OfRedemption, stands
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage


class GivesBack(OfRedemption):
    """The redemption is undone, and the points are there again."""

    name = "gives back"
    example = "ada gives back: five-euro"

    def play(self, stage: Stage, member: str) -> Outcome:
        which = self.which(stage)
        reverse_redemption(stage.conn, programme_id=stage.programme.id, redemption_id=which, now=stage.now, by=BY)
        return stands(stage, which)
