"""The last change of a ladder is taken back."""

from __future__ import annotations

from regulars.flows.undo_ladder_change import undo_ladder_change
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.verb import ProgrammeVerb


class LadderGoesBack(ProgrammeVerb):
    """Everybody stands again as before the last change of the ladder, with what they did since."""

    name = "ladder goes back"
    example = "ladder goes back: status"
    short = "ladder"

    ladder: str

    def play(self, stage: Stage) -> Outcome:
        undo_ladder_change(stage.conn, of=stage.programme, ladder=self.ladder, by=BY, now=stage.now)
        return Outcome()
