"""Staff open an account of stored value again."""

from __future__ import annotations

from regulars.flows.stored_value.freeze_value import thaw_value
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.verb import OperatorVerb


class OperatorUnfreezes(OperatorVerb):
    """The member's stored value can be spent again. The words are the reason."""

    name = "operator unfreezes"
    example = "operator unfreezes ada: it was found"
    short = "reason"

    reason: str

    def play(self, stage: Stage, member: str) -> Outcome:
        done = thaw_value(
            stage.conn, programme_id=stage.programme.id, member_id=stage.members[member], reason=self.reason,
            now=stage.now, by=BY,
        )  # fmt: skip
        return Outcome((done,))
