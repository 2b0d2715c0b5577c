"""An earlier version of the rulebook comes back."""

from __future__ import annotations

from regulars.flows.roll_back import roll_back
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.verb import ProgrammeVerb


class GoesBack(ProgrammeVerb):
    """The words of an earlier version are in force again, as a new version."""

    name = "goes back"
    example = "goes back: 1"
    short = "version"

    version: int

    def play(self, stage: Stage) -> Outcome:
        done = roll_back(stage.conn, self.version, of=stage.programme, by=BY, now=stage.now)
        stage.document = stage.rules.in_force(stage.now).rulebook.document()
        return Outcome((done,))
