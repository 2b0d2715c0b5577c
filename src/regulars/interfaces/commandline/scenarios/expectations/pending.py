"""What the member has and cannot spend yet, of each kind of points."""

from __future__ import annotations

from regulars.domain.ledger.contracts import Balance
from regulars.domain.ledger.queries import balances
from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene
from regulars.interfaces.commandline.scenarios.words import PerPointType


class Pending(MemberExpectation):
    """What is there and cannot be spent yet."""

    name = "pending"
    example = "50"
    Value = PerPointType

    def read(self, scene: MemberScene, expected: dict[str, int]) -> dict[str, int]:
        numbers = scene.stage.rules.point_types
        held = balances(scene.stage.conn, owners=[scene.member])
        return {
            code: held.get((scene.member, numbers.get(code or "points", 0)), Balance()).pending for code in expected
        }
