"""Nothing of the programme is written, though the step was accepted."""

from __future__ import annotations

from typing import Literal

from regulars.interfaces.commandline.scenarios.expectation import ProgrammeExpectation
from regulars.interfaces.commandline.scenarios.looking import Scene


class NothingChanges(ProgrammeExpectation):
    """No row of the programme is new, gone or different."""

    name = "nothing changes"
    example = "true"
    Value = Literal[True]

    forbids_changes = True

    def read(self, scene: Scene, expected: object) -> bool:
        return True
