"""The calendar of expiry that the member sees."""

from __future__ import annotations

from regulars.domain.ledger.queries import expiring
from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene


class Expires(MemberExpectation):
    """The calendar: points by their last day."""

    name = "expires"
    example = "{2026-12-31: 30}"
    Value = dict[str, int]

    def read(self, scene: MemberScene, expected: object) -> dict[str, int]:
        calendar = expiring(scene.stage.conn, owner=scene.member, point_type=scene.stage.point_type)
        return {each.last_day.isoformat(): each.points for each in calendar}
