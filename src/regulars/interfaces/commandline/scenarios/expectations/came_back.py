"""Points that had paid for an order and are the member's again, because it was returned."""

from __future__ import annotations

from regulars.domain.ledger.contracts import Account, CauseKind
from regulars.domain.ledger.queries import entries
from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene
from regulars.interfaces.commandline.scenarios.words import PerPointType


class CameBack(MemberExpectation):
    """Points that paid for the order and come back with the return."""

    name = "came back"
    example = "250"
    Value = PerPointType

    def read(self, scene: MemberScene, expected: dict[str, int]) -> dict[str, int]:
        stage, known = scene.stage, {}
        if scene.before is not None:
            known = {code: entry_no for code, _, _, entry_no in scene.before.balances}
        back = {}
        for code, number in stage.rules.point_types.items():
            latest = entries(stage.conn, owner=scene.member, point_type=number, limit=1000)
            back[code] = sum(
                each.points
                for each in latest
                if each.entry_no > known.get(code, 0)
                and each.cause_kind is CauseKind.order_return
                and each.debit is Account.redeemed
            )
        return {code: back.get(code or "points", 0) for code in expected}
