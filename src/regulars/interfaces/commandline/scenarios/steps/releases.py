"""A member lets go of what was reserved: the order was not paid after all."""

from __future__ import annotations

from regulars.flows.reverse_redemption import release_redemption
from regulars.interfaces.commandline.scenarios.redemptions import OfRedemption, stands
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage


class Releases(OfRedemption):
    """What was reserved is let go."""

    name = "releases"
    example = "ada releases: dinner"

    def play(self, stage: Stage, member: str) -> Outcome:
        which = self.which(stage)
        release_redemption(stage.conn, programme_id=stage.programme.id, redemption_id=which, now=stage.now, by=BY)
        return stands(stage, which)
