"""The nightly work at an hour of the scenario's own: late, early, or a second time."""

from __future__ import annotations

from regulars.flows.nightly_work import nightly_work
from regulars.interfaces.commandline.scenarios.stage import Outcome, Stage
from regulars.interfaces.commandline.scenarios.verb import ProgrammeVerb


class NightlyWork(ProgrammeVerb):
    """The nightly work is done now, at whatever hour."""

    name = "nightly work"
    example = "nightly work:"

    def play(self, stage: Stage) -> Outcome:
        return Outcome((nightly_work(stage.conn, programme_id=stage.programme.id, now=stage.now),))
