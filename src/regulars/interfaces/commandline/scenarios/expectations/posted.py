"""The lines that the step adds to the member's statement."""

from __future__ import annotations

from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene


class Posted(MemberExpectation):
    """The new lines of the statement, in their order."""

    name = "posted"
    example = "[+120 reversed, -50 expired]"
    Value = tuple[str, ...]

    def read(self, scene: MemberScene, expected: object) -> list[str]:
        return [f"{each.points:+d} {each.reason}" for each in scene.new_entries()]
