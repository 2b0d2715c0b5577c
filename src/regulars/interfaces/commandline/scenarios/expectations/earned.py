"""What the event gave, rule by rule."""

from __future__ import annotations

from collections import Counter

from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene
from regulars.interfaces.commandline.scenarios.sending import EventAnswer


class Earned(MemberExpectation):
    """What the event gave, by rule, and nothing else; `{}` for nothing."""

    name = "earned"
    example = "{base: 12, coffee: 12}"
    Value = dict[str, int]

    def read(self, scene: MemberScene, expected: object) -> dict[str, int]:
        answer = scene.outcome.fact(EventAnswer)
        earned: Counter[str] = Counter()
        for each in answer.body.get("effects", []) if answer else ():
            if each["type"] == "earn_points":
                earned[each["rule"]] += each["points"]
        return dict(earned)
