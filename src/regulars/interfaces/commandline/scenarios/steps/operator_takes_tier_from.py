"""An operator takes back a tier that staff gave, or writes down that the member declined it."""

from __future__ import annotations

from regulars.flows.assign_tier import end_assignment
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.verb import OperatorVerb


class OperatorTakesTierFrom(OperatorVerb):
    """What staff gave ends, for a reason; `declined: true` where the member does not want it."""

    name = "operator takes tier from"
    example = "operator takes tier from ada: given by mistake"
    short = "reason"

    reason: str = ""
    ladder: str = "status"
    declined: bool = False

    def play(self, stage: Stage, member: str) -> Outcome:
        end_assignment(
            stage.conn, programme_id=stage.programme.id, member_id=stage.members[member], ladder=self.ladder,
            reason=self.reason, declined=self.declined, now=stage.now, by=BY,
        )  # fmt: skip
        return Outcome()
