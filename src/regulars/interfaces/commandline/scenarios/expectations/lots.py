"""What is left of each grant of points, and until when."""

from __future__ import annotations

from regulars.domain.ledger.queries import open_lots
from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene, until


class Lots(MemberExpectation):
    """Open lots of points, in the order in which they will be spent."""

    name = "lots"
    example = "[30 until 2026-12-31, 80 for ever]"
    Value = tuple[str, ...]

    def read(self, scene: MemberScene, expected: object) -> list[str]:
        return [until(each.remaining, each.last_day) for each in open_lots(scene.stage.conn, owner=scene.member)]
