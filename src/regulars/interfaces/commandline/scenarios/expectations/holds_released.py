"""How many reservations the nightly work let go because their time was over."""

from __future__ import annotations

from regulars.flows.nightly_work import NightlyResult
from regulars.interfaces.commandline.scenarios.expectation import ProgrammeExpectation
from regulars.interfaces.commandline.scenarios.looking import Scene


class HoldsReleased(ProgrammeExpectation):
    """Reservations that ran out, by the nightly work of this step."""

    name = "holds released"
    example = "1"
    Value = int

    def read(self, scene: Scene, expected: object) -> int:
        work = scene.outcome.fact(NightlyResult)
        return work.holds_released if work else 0
