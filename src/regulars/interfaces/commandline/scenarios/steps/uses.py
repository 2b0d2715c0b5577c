"""A member shows a voucher at the till, and it is used."""

from __future__ import annotations

from regulars.flows.fulfil_redemption import use_voucher
from regulars.interfaces.commandline.scenarios.redemptions import OfRedemption, stands
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage


class Uses(OfRedemption):
    """The voucher is used at the till."""

    name = "uses"
    example = "ada uses: five-euro"

    def play(self, stage: Stage, member: str) -> Outcome:
        which = self.which(stage)
        use_voucher(stage.conn, programme_id=stage.programme.id, redemption_id=which, now=stage.now, by=BY)
        return stands(stage, which)
