"""A member sends points to another member."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.flows.transfer_points import transfer_points
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.story import Complaint, SoFar
from regulars.interfaces.commandline.scenarios.verb import PairVerb


class Sends(PairVerb):
    """Points for another member; `{points: 100, as: a gift}` gives the transfer a name.

    Also `point type` and `message`.
    """

    name = "sends"
    example = "ada sends ben: 100"
    short = "points"

    points: int
    point_type: str = "points"
    message: str = ""
    as_: str | None = None

    def check(self, so_far: SoFar) -> Iterator[Complaint]:
        if self.as_:
            so_far.make("transfer", self.as_)
        yield from ()

    def play(self, stage: Stage, member: str, other: str) -> Outcome:
        sent = transfer_points(
            stage.conn, programme_id=stage.programme.id, sender=stage.members[member], receiver=stage.members[other],
            points=self.points, now=stage.now, by=BY, point_type=self.point_type, message=self.message,
        )  # fmt: skip
        if self.as_:
            stage.keep("transfer", self.as_, sent.id)
        return Outcome((sent,))
