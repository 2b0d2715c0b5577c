"""In which audiences a member is."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene
from regulars.interfaces.commandline.scenarios.memberships import Codes, asked_and, codes_of
from regulars.interfaces.commandline.scenarios.stage import Stage


class InAudience(MemberExpectation):
    """The audiences that the member is in, by code; one, or several. Others may be among them."""

    name = "in audience"
    example = "[buyers, friends]"
    Value = Codes

    def read(self, scene: MemberScene, expected: list[str]) -> list[str]:
        return asked_and(scene.stage, expected, codes_of(scene.stage, scene.member), is_in=True)

    def glance(self, stage: Stage, members: Mapping[str, UUID]) -> dict[str, str]:
        seen = {name: ", ".join(sorted(codes_of(stage, member))) for name, member in members.items()}
        return {name: codes for name, codes in seen.items() if codes}
