"""Staff stop an account of stored value."""

from __future__ import annotations

from regulars.flows.stored_value.freeze_value import freeze_value
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.verb import OperatorVerb


class OperatorFreezes(OperatorVerb):
    """Nothing goes out of the member's stored value any more. The words are the reason."""

    name = "operator freezes"
    example = "operator freezes ada: the card was stolen"
    short = "reason"

    reason: str

    def play(self, stage: Stage, member: str) -> Outcome:
        done = freeze_value(
            stage.conn, programme_id=stage.programme.id, member_id=stage.members[member], reason=self.reason,
            now=stage.now, by=BY,
        )  # fmt: skip
        return Outcome((done,))
