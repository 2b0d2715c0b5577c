"""In which audiences a member is not."""

from __future__ import annotations

from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene
from regulars.interfaces.commandline.scenarios.memberships import Codes, asked_and, codes_of


class NotInAudience(MemberExpectation):
    """Audiences that there are, and that the member is not in; one, or several."""

    name = "not in audience"
    example = "friends"
    Value = Codes

    def read(self, scene: MemberScene, expected: list[str]) -> list[str]:
        return asked_and(scene.stage, expected, codes_of(scene.stage, scene.member), is_in=False)
