"""Which badges a member has."""

from __future__ import annotations

from regulars.domain.challenges.queries import badges
from regulars.domain.merges.queries import parts_of
from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene


class Badges(MemberExpectation):
    """The ids of the badges that the member has, in any order."""

    name = "badges"
    example = "[early-bird]"
    Value = list[str]

    def read(self, scene: MemberScene, expected: object) -> list[str]:
        conn = scene.stage.conn
        held = {each.badge for each in badges(conn, member_ids=parts_of(conn, member_id=scene.member))}
        wanted = [each for each in expected if each in held] if isinstance(expected, list) else []
        return wanted + sorted(held - set(wanted))
