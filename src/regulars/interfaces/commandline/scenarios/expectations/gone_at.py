"""From which moment the points that expired in this step are gone, to the minute and with its offset."""

from __future__ import annotations

from regulars.domain.ledger.contracts import CauseKind
from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene
from regulars.interfaces.commandline.scenarios.moments import shown_moment


class GoneAt(MemberExpectation):
    """From which moment the points that expired in this step are gone."""

    name = "gone at"
    example = "['2026-03-30 00:00+02:00']"
    Value = tuple[str, ...]

    def read(self, scene: MemberScene, expected: object) -> list[str]:
        return [
            shown_moment(each.occurred_at, zone_name=scene.stage.programme.time_zone)
            for each in scene.new_entries()
            if each.cause_kind is CauseKind.expiry
        ]
