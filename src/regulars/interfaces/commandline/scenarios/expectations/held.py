"""What is set aside for reservations, and cannot be spent twice."""

from __future__ import annotations

from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene
from regulars.interfaces.commandline.scenarios.words import PerPointType


class Held(MemberExpectation):
    """What is set aside for reservations."""

    name = "held"
    example = "500"
    Value = PerPointType

    def read(self, scene: MemberScene, expected: dict[str, int]) -> dict[str, int]:
        held = {code: each for code, _, each, _ in scene.after.balances}
        return {code: held.get(code or "points", 0) for code in expected}
