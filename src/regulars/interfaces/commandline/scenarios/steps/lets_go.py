"""Points that were set aside are not needed."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.flows.hold_points import release_hold
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.story import Complaint, SoFar
from regulars.interfaces.commandline.scenarios.verb import MemberVerb


class LetsGo(MemberVerb):
    """What was set aside comes back, all of it."""

    name = "lets go"
    example = "ada lets go: basket"
    short = "hold"

    hold: str

    def check(self, so_far: SoFar) -> Iterator[Complaint]:
        yield from so_far.ask("hold", self.hold, otherwise="nobody set this aside before")

    def play(self, stage: Stage, member: str) -> Outcome:
        done = release_hold(
            stage.conn, programme_id=stage.programme.id, member_id=stage.members[member],
            hold_id=stage.kept("hold", self.hold), now=stage.now, by=BY,
        )  # fmt: skip
        return Outcome((done,))
