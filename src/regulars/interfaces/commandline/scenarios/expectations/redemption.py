"""The state of the redemption that the step is about."""

from __future__ import annotations

from regulars.domain.rewards.contracts import Redemption
from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene


class RedemptionState(MemberExpectation):
    """`held`, `granted`, `fulfilled`, `released` or `reversed`."""

    name = "redemption"
    example = "granted"
    Value = str

    def read(self, scene: MemberScene, expected: object) -> str:
        found = scene.outcome.fact(Redemption)
        return "none" if found is None else found.state.name
