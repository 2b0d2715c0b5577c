"""Which version of the rulebook is in force."""

from __future__ import annotations

from regulars.interfaces.commandline.scenarios.expectation import ProgrammeExpectation
from regulars.interfaces.commandline.scenarios.looking import Scene


class RulebookVersion(ProgrammeExpectation):
    """The number of the version in force."""

    name = "rulebook version"
    example = "2"
    Value = int

    def read(self, scene: Scene, expected: object) -> int:
        return scene.stage.rules.in_force(scene.stage.now).version
