"""Why an event that was accepted changed nothing, as its sender reads it."""

from __future__ import annotations

from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene
from regulars.interfaces.commandline.scenarios.sending import EventAnswer


class WhyNothing(MemberExpectation):
    """Why the event that the points should have waited for gave nothing, in the words of the answer."""

    name = "why nothing"
    example = "No points of this member wait for it."
    Value = str

    def read(self, scene: MemberScene, expected: object) -> str:
        answer = scene.outcome.fact(EventAnswer)
        effects = answer.body["effects"] if answer else []
        return " ".join(each["detail"] for each in effects if each["type"] == "nothing")
