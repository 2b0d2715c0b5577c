"""Staff hand over, or send, what a redemption gave."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from regulars.flows.fulfil_redemption import hand_over
from regulars.interfaces.commandline.scenarios.redemptions import stands
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.story import Complaint, SoFar
from regulars.interfaces.commandline.scenarios.verb import OperatorVerb


class OperatorHandsOver(OperatorVerb):
    """What waits for staff is handed over; `{redemption: beans, count: 1}` says how many, `part` which."""

    name = "operator hands over to"
    example = "operator hands over to ada: beans"
    short = "redemption"

    redemption: str
    part: int | None = None
    count: int | None = None

    def check(self, so_far: SoFar) -> Iterator[Complaint]:
        yield from so_far.ask("redemption", self.redemption, otherwise="nobody took this before")

    def play(self, stage: Stage, member: str) -> Outcome:
        which: UUID = stage.kept("redemption", self.redemption)
        hand_over(
            stage.conn, programme_id=stage.programme.id, redemption_id=which, now=stage.now, by=BY,
            part=self.part, count=self.count,
        )  # fmt: skip
        return stands(stage, which)
