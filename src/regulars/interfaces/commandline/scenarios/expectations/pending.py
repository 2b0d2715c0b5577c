"""What is visible and cannot be spent yet."""

from __future__ import annotations

from regulars.domain.ledger.queries import balances
from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene
from regulars.interfaces.commandline.scenarios.words import PerPointType


class Pending(MemberExpectation):
    """What was earned and cannot be spent yet."""

    name = "pending"
    example = "50"
    Value = PerPointType

    def read(self, scene: MemberScene, expected: dict[str, int]) -> dict[str, int]:
        held = balances(scene.stage.conn, owners=[scene.member])
        waiting = {code: held.get((scene.member, number)) for code, number in scene.stage.rules.point_types.items()}
        return {code: each.pending if (each := waiting.get(code or "points")) else 0 for code in expected}
