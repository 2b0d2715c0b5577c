"""Rules rest: they give nothing until somebody lets them go on."""

from __future__ import annotations

from regulars.flows.pause_rules import pause
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.verb import ProgrammeVerb


class Pauses(ProgrammeVerb):
    """Rules, campaigns or everything give nothing from now on."""

    name = "pauses"
    example = "pauses: {rules: [base]}"

    rules: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    everything: bool = False

    def play(self, stage: Stage) -> Outcome:
        pause(
            stage.conn, of=stage.programme, reason="scenario", by=BY, now=stage.now, rules=self.rules,
            campaigns=self.campaigns, everything=self.everything,
        )  # fmt: skip
        return Outcome()
