"""An operator releases a blocked member."""

from __future__ import annotations

from regulars.flows.unblock_member import unblock_member
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.verb import OperatorVerb


class OperatorUnblocks(OperatorVerb):
    """The block ends: what waited for that becomes active, with the dates that it would have had."""

    name = "operator unblocks"
    example = "operator unblocks ada:"

    def play(self, stage: Stage, member: str) -> Outcome:
        unblock_member(
            stage.conn, programme_id=stage.programme.id, member_id=stage.members[member], now=stage.now, by=BY
        )
        return Outcome()
