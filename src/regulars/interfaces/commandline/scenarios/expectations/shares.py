"""Whose points paid for the redemption of this step."""

from __future__ import annotations

from regulars.domain.rewards.contracts import Redemption
from regulars.domain.rewards.queries import payments_of
from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene


class Shares(MemberExpectation):
    """Who of the household paid how much for the redemption."""

    name = "shares"
    example = "{ada: 100, ben: 50}"
    Value = dict[str, int]

    def read(self, scene: MemberScene, expected: object) -> dict[str, int]:
        found = scene.outcome.fact(Redemption)
        if found is None:
            return {}
        names = {member: name for name, member in scene.stage.members.items()}
        return {names[each.member_id]: each.points for each in payments_of(scene.stage.conn, redemption=found)}
