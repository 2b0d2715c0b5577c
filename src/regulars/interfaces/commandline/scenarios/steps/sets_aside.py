"""A till sets a member's points aside while an order is not finished."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from regulars.flows.hold_points import hold_points
from regulars.interfaces.commandline.scenarios.redemptions import LASTING, lasting
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.story import Complaint, SoFar
from regulars.interfaces.commandline.scenarios.verb import MemberVerb


class SetsAside(MemberVerb):
    """Points for an order that is not finished; in full `{points: 500, for: 2 hours, purpose: Order 7, as: basket}`."""

    name = "sets aside"
    example = "ada sets aside: {points: 500, as: basket}"
    short = "points"

    points: int
    for_: str = Field(default="15 minutes", pattern=LASTING, description="For how long")
    purpose: str = ""
    point_type: str = "points"
    as_: str | None = None

    def check(self, so_far: SoFar) -> Iterator[Complaint]:
        if self.as_:
            so_far.make("hold", self.as_)
        yield from ()

    def play(self, stage: Stage, member: str) -> Outcome:
        done = hold_points(
            stage.conn, programme_id=stage.programme.id, member_id=stage.members[member], points=self.points,
            purpose=self.purpose, now=stage.now, by=BY, point_type=self.point_type, lasts=lasting(self.for_),
        )  # fmt: skip
        if self.as_:
            stage.keep("hold", self.as_, done.id)
        return Outcome((done,))
