"""For what pending points wait: a day, or an event."""

from __future__ import annotations

from regulars.domain.ledger.contracts import PendingLot
from regulars.domain.ledger.queries import pending_lots
from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene


class Waits(MemberExpectation):
    """For what pending points wait: the next day first, those that wait for an event last."""

    name = "waits"
    example = "[50 active on 2026-03-15, 20 wait for order_delivered until 2026-04-01]"
    Value = tuple[str, ...]

    def read(self, scene: MemberScene, expected: object) -> list[str]:
        stage = scene.stage
        return [_in_words(each) for each in pending_lots(stage.conn, owner=scene.member, point_type=stage.point_type)]


def _in_words(lot: PendingLot) -> str:
    if lot.activates_on is not None:
        return f"{lot.waiting} active on {lot.activates_on}"
    until = "" if lot.cancels_after is None else f" until {lot.cancels_after}"
    return f"{lot.waiting} wait for {lot.waits_for}{until}"
