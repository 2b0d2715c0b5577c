"""Which lots paid for the redemption of this step."""

from __future__ import annotations

from regulars.domain.ledger.queries import allocations_of, lots_by_id
from regulars.domain.rewards.contracts import Redemption
from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene, until


class PaidBy(MemberExpectation):
    """Which lots paid for the redemption, in the order of use."""

    name = "paid by"
    example = "[50 until 2026-06-30]"
    Value = tuple[str, ...]

    def read(self, scene: MemberScene, expected: object) -> list[str]:
        found = scene.outcome.fact(Redemption)
        if found is None or found.transfer_id is None:
            return []
        paid = allocations_of(scene.stage.conn, transfer_id=found.transfer_id.bytes)
        lots = lots_by_id(scene.stage.conn, ids=[each.lot_id for each in paid])
        return [until(each.amount, lots[each.lot_id].last_day) for each in paid]
