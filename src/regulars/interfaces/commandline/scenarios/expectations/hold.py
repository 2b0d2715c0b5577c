"""What became of the points that were set aside."""

from __future__ import annotations

from regulars.domain.ledger.contracts import Hold
from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene


class HoldState(MemberExpectation):
    """`open`, `settled`, `released` or `given back`; in part `settled 320 of 500`."""

    name = "hold"
    example = "settled 320 of 500"
    Value = str

    def read(self, scene: MemberScene, expected: object) -> str:
        found = scene.outcome.fact(Hold)
        if found is None:
            return "none"
        part = f" {found.settled} of {found.amount}" if 0 < found.settled < found.amount else ""
        return f"{found.state.name.replace('_', ' ')}{part}"
