"""An operator blocks a member, with a reason."""

from __future__ import annotations

from regulars.flows.block_member import block_member
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.verb import OperatorVerb


class OperatorBlocks(OperatorVerb):
    """What the member earns from now on waits, and nothing can be spent. The words are the reason."""

    name = "operator blocks"
    example = "operator blocks ada: the card was stolen"
    short = "reason"

    reason: str

    def play(self, stage: Stage, member: str) -> Outcome:
        block_member(
            stage.conn, programme_id=stage.programme.id, member_id=stage.members[member], reason=self.reason,
            now=stage.now, by=BY,
        )  # fmt: skip
        return Outcome()
