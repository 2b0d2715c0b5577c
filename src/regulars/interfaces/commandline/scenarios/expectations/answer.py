"""Whether the event was applied, or waits."""

from __future__ import annotations

from typing import Literal

from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene
from regulars.interfaces.commandline.scenarios.sending import EventAnswer


class AnswerStatus(MemberExpectation):
    """`accepted`, or `waiting` for a return whose order is not known yet."""

    name = "answer"
    example = "waiting"
    Value = Literal["accepted", "waiting"]

    def read(self, scene: MemberScene, expected: object) -> object:
        answer = scene.outcome.fact(EventAnswer)
        return answer.body["status"] if answer else None
