"""What has become of points that an operator gives or takes."""

from __future__ import annotations

from regulars.domain.adjustments.contracts import Adjustment
from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene


class AdjustmentIs(MemberExpectation):
    """`waiting` for a second person, `posted`, `declined`, `reversed` or `undone`."""

    name = "adjustment"
    example = "waiting"
    Value = str

    def read(self, scene: MemberScene, expected: object) -> str | None:
        found = scene.outcome.fact(Adjustment)
        return None if found is None else found.state.name
