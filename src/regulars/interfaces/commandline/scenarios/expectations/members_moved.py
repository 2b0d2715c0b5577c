"""How many members the nightly work moved to another tier."""

from __future__ import annotations

from regulars.flows.nightly_work import NightlyResult
from regulars.interfaces.commandline.scenarios.expectation import ProgrammeExpectation
from regulars.interfaces.commandline.scenarios.looking import Scene


class MembersMoved(ProgrammeExpectation):
    """Members who got another tier, by the nightly work of this step."""

    name = "members moved"
    example = "1"
    Value = int

    def read(self, scene: Scene, expected: object) -> int:
        work = scene.outcome.fact(NightlyResult)
        return work.members_moved if work else 0
