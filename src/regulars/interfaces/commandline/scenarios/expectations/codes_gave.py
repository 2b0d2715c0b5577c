"""What codes gave on the order of the step."""

from __future__ import annotations

from decimal import Decimal

from regulars.domain.vouchers.contracts import OrderOfCodes
from regulars.interfaces.commandline.scenarios.expectation import ProgrammeExpectation
from regulars.interfaces.commandline.scenarios.looking import Scene
from regulars.kernel.money import from_minor


class CodesGave(ProgrammeExpectation):
    """What each code took off the order, and nothing else; 0 for a code that changed nothing and was not used."""

    name = "codes gave"
    example = "{SPRING26: 20.00}"
    Value = dict[str, Decimal]

    def read(self, scene: Scene, expected: dict[str, Decimal]) -> dict[str, Decimal]:
        found = scene.outcome.fact(OrderOfCodes)
        if found is None:
            return {}
        return {each.code: from_minor(each.amount, scene.stage.programme.currency) for each in found.checked.said}
