"""The voucher of the redemption that the step is about."""

from __future__ import annotations

from regulars.domain.rewards.contracts import Redemption
from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene


class Voucher(MemberExpectation):
    """`valid until 2026-05-30`, `used`, `void` or `none`."""

    name = "voucher"
    example = "valid until 2026-05-30"
    Value = str

    def read(self, scene: MemberScene, expected: object) -> str:
        found = scene.outcome.fact(Redemption)
        if found is None or found.voucher_state is None:
            return "none"
        is_valid = found.voucher_state.name == "valid" and found.voucher_last_day is not None
        return f"valid until {found.voucher_last_day}" if is_valid else found.voucher_state.name
