"""How many events time made: birthdays, anniversaries, silences."""

from __future__ import annotations

from regulars.flows.nightly_work import NightlyResult
from regulars.interfaces.commandline.scenarios.expectation import ProgrammeExpectation
from regulars.interfaces.commandline.scenarios.looking import Scene


class Occasions(ProgrammeExpectation):
    """Birthdays, anniversaries and silences that the nightly work of this step made events of."""

    name = "occasions"
    example = "1"
    Value = int

    def read(self, scene: Scene, expected: object) -> int:
        work = scene.outcome.fact(NightlyResult)
        return work.occasions if work else 0
