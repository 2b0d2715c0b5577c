"""Which version of the rulebook priced the event."""

from __future__ import annotations

from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene
from regulars.interfaces.commandline.scenarios.sending import EventAnswer


class PricedBy(MemberExpectation):
    """The version of the rulebook that priced the event."""

    name = "priced by"
    example = "2"
    Value = int

    def read(self, scene: MemberScene, expected: object) -> object:
        answer = scene.outcome.fact(EventAnswer)
        return answer.body.get("rulebook_version") if answer else None
