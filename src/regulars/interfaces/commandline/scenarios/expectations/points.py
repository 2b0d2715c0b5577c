"""What the member can spend now, of each kind of points."""

from __future__ import annotations

from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene
from regulars.interfaces.commandline.scenarios.words import PerPointType


class Points(MemberExpectation):
    """What can be spent; `{points: 12, stars: 1}` where there are several kinds of points."""

    name = "points"
    example = "12"
    Value = PerPointType

    def read(self, scene: MemberScene, expected: dict[str, int]) -> dict[str, int]:
        available = {code: each for code, each, _, _ in scene.after.balances}
        return {code: available.get(code or "points", 0) for code in expected}
