"""How many points the nightly work took from members because their last day was over."""

from __future__ import annotations

from regulars.flows.nightly_work import NightlyResult
from regulars.interfaces.commandline.scenarios.expectation import ProgrammeExpectation
from regulars.interfaces.commandline.scenarios.looking import Scene


class PointsExpired(ProgrammeExpectation):
    """Points that expired, by the nightly work of this step."""

    name = "points expired"
    example = "40"
    Value = int

    def read(self, scene: Scene, expected: object) -> int:
        work = scene.outcome.fact(NightlyResult)
        return work.points_expired if work else 0
