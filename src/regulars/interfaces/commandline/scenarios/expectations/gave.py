"""What the redemption gave, and what has become of it."""

from __future__ import annotations

from regulars.domain.rewards.contracts import Due, GrantedPart, PartState, Redemption
from regulars.domain.rewards.queries import granted_parts
from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene


class Gave(MemberExpectation):
    """Each thing by its kind: `granted`, `fulfilled` or `reversed`; with a last day, or in part, as in `1 of 3`."""

    name = "gave"
    example = "[{item: 1 of 3}, {voucher: until 2026-05-30}]"
    Value = list[dict[str, str]]

    def read(self, scene: MemberScene, expected: object) -> list[dict[str, str]]:
        found = scene.outcome.fact(Redemption)
        if found is None:
            return []
        parts = granted_parts(scene.stage.conn, redemption_ids=[found.id]).get(found.id, [])
        return [{each.gift.kind: _said(each)} for each in parts]


def _said(part: GrantedPart) -> str:
    if part.state is not PartState.granted:
        return part.state.name
    if part.due is Due.hand_over:
        return f"{part.fulfilled} of {part.quantity}"
    return "granted" if part.last_day is None else f"until {part.last_day}"
