"""How much of the order is left after the return."""

from __future__ import annotations

from decimal import Decimal

from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene
from regulars.interfaces.commandline.scenarios.sending import EventAnswer
from regulars.interfaces.commandline.scenarios.words import Amount


class LeftOfOrder(MemberExpectation):
    """The money that is left of the order after the return."""

    name = "left of order"
    example = "7.40"
    Value = Amount

    def read(self, scene: MemberScene, expected: object) -> Decimal | None:
        answer = scene.outcome.fact(EventAnswer)
        returned = answer.body.get("returned") if answer else None
        return Decimal(returned["left"]) if returned else None
