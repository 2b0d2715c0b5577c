"""The state of the transfer that the step is about."""

from __future__ import annotations

from regulars.domain.transfers.contracts import Transfer
from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene


class TransferState(MemberExpectation):
    """`sent` or `taken back`."""

    name = "transfer"
    example = "sent"
    Value = str

    def read(self, scene: MemberScene, expected: object) -> str:
        found = scene.outcome.fact(Transfer)
        return "none" if found is None else found.state.name.replace("_", " ")
