"""Rules that rested go on."""

from __future__ import annotations

from regulars.flows.pause_rules import resume
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.verb import ProgrammeVerb


class Resumes(ProgrammeVerb):
    """Rules, campaigns or everything that was paused gives points again."""

    name = "resumes"
    example = "resumes: {everything: true}"

    rules: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    everything: bool = False

    def play(self, stage: Stage) -> Outcome:
        resume(
            stage.conn, of=stage.programme, reason="scenario", by=BY, now=stage.now, rules=self.rules,
            campaigns=self.campaigns, everything=self.everything,
        )  # fmt: skip
        return Outcome()
