"""An order did not come about: its codes can be used again."""

from __future__ import annotations

from collections.abc import Iterator

from regulars.flows.vouchers.asking import OrderNamed
from regulars.flows.vouchers.use_codes import roll_back_codes
from regulars.interfaces.commandline.scenarios.stage import BY, Outcome, Stage
from regulars.interfaces.commandline.scenarios.story import Complaint, SoFar
from regulars.interfaces.commandline.scenarios.verb import ProgrammeVerb


class CodesComeBack(ProgrammeVerb):
    """The codes of the order can be used again."""

    name = "codes come back"
    example = "codes come back: R-1"
    short = "order"

    order: str

    def check(self, so_far: SoFar) -> Iterator[Complaint]:
        yield from so_far.ask("order with codes", self.order, otherwise="nobody showed codes for this before")

    def play(self, stage: Stage) -> Outcome:
        named = OrderNamed("till", self.order)
        done = roll_back_codes(stage.conn, named, programme_id=stage.programme.id, now=stage.now, by=BY)
        return Outcome((done,))
