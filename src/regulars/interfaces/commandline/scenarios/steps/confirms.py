"""A member takes what was reserved: the order that uses it is paid."""

from __future__ import annotations

from regulars.flows.redeem_reward import confirm_redemption
from regulars.interfaces.commandline.scenarios.redemptions import OfRedemption, stands
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage


class Confirms(OfRedemption):
    """What was reserved is taken."""

    name = "confirms"
    example = "ada confirms: dinner"

    def play(self, stage: Stage, member: str) -> Outcome:
        which = self.which(stage)
        confirm_redemption(stage.conn, programme_id=stage.programme.id, redemption_id=which, now=stage.now, by=BY)
        return stands(stage, which)
