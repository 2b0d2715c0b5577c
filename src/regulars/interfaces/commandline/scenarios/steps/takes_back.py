"""A member takes back points that another member has not spent."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.flows.cancel_transfer import cancel_transfer
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.story import Complaint, SoFar
from regulars.interfaces.commandline.scenarios.verb import MemberVerb


class TakesBack(MemberVerb):
    """An earlier transfer, by the name that it was given with `as`."""

    name = "takes back"
    example = "ada takes back: a gift"
    short = "transfer"

    transfer: str

    def check(self, so_far: SoFar) -> Iterator[Complaint]:
        yield from so_far.ask("transfer", self.transfer, otherwise="nobody sent this before")

    def play(self, stage: Stage, member: str) -> Outcome:
        which = stage.kept("transfer", self.transfer)
        done = cancel_transfer(
            stage.conn, programme_id=stage.programme.id, transfer_id=which, now=stage.now, by=BY
        )  # fmt: skip
        return Outcome((done,))
