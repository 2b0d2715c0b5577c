"""What is left to pay of the order of the step, after its codes."""

from __future__ import annotations

from decimal import Decimal

from regulars.domain.vouchers.contracts import OrderOfCodes
from regulars.interfaces.commandline.scenarios.expectation import ProgrammeExpectation
from regulars.interfaces.commandline.scenarios.looking import Scene
from regulars.interfaces.commandline.scenarios.words import Amount
from regulars.kernel.money import from_minor


class LeftToPay(ProgrammeExpectation):
    """What the order costs after its codes, without shipping."""

    name = "left to pay"
    example = "120.00"
    Value = Amount

    def read(self, scene: Scene, expected: Decimal) -> Decimal | None:
        found = scene.outcome.fact(OrderOfCodes)
        return None if found is None else from_minor(sum(found.checked.lines), scene.stage.programme.currency)
