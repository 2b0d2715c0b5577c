"""Points that were set aside are spent, all of them or a part."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.flows.hold_points import settle_hold
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.story import Complaint, SoFar
from regulars.interfaces.commandline.scenarios.verb import MemberVerb


class Settles(MemberVerb):
    """What was set aside is spent; `{hold: basket, points: 320}` spends a part, and the rest comes back."""

    name = "settles"
    example = "ada settles: {hold: basket, points: 320}"
    short = "hold"

    hold: str
    points: int | None = None

    def check(self, so_far: SoFar) -> Iterator[Complaint]:
        yield from so_far.ask("hold", self.hold, otherwise="nobody set this aside before")

    def play(self, stage: Stage, member: str) -> Outcome:
        done = settle_hold(
            stage.conn, programme_id=stage.programme.id, member_id=stage.members[member],
            hold_id=stage.kept("hold", self.hold), points=self.points, now=stage.now, by=BY,
        )  # fmt: skip
        return Outcome((done,))
