"""What a household can spend together."""

from __future__ import annotations

from regulars.insight.household_view import household_view_of
from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene


class Together(MemberExpectation):
    """What the member's household can spend together; 0 where there is none."""

    name = "together"
    example = "450"
    Value = int

    def read(self, scene: MemberScene, expected: object) -> int:
        stage = scene.stage
        found = household_view_of(stage.conn, member_id=scene.member, point_type=stage.point_type, now=stage.now)
        return 0 if found is None else found.total
