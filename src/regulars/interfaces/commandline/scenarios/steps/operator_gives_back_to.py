"""An operator gives back what a hold had settled without an order."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.flows.give_back_hold import give_back_hold
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.story import Complaint, SoFar
from regulars.interfaces.commandline.scenarios.verb import OperatorVerb


class OperatorGivesBackTo(OperatorVerb):
    """What a hold had settled goes back to its lots; `{hold: basket, reason: counted twice}` says why."""

    name = "operator gives back to"
    example = "operator gives back to ada: basket"
    short = "hold"

    hold: str
    reason: str = "by mistake"

    def check(self, so_far: SoFar) -> Iterator[Complaint]:
        yield from so_far.ask("hold", self.hold, otherwise="nobody set this aside before")

    def play(self, stage: Stage, member: str) -> Outcome:
        done = give_back_hold(
            stage.conn, programme_id=stage.programme.id, member_id=stage.members[member],
            hold_id=stage.kept("hold", self.hold), reason=self.reason, now=stage.now, by=BY,
        )  # fmt: skip
        return Outcome((done,))
