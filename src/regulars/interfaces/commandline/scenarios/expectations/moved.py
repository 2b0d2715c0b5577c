"""The steps between tiers that the member made now."""

from __future__ import annotations

from collections import Counter

from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene


class Moved(MemberExpectation):
    """The steps between tiers that are made now, in their order."""

    name = "moved"
    example = "[bronze to silver]"
    Value = tuple[str, ...]

    def read(self, scene: MemberScene, expected: object) -> list[str]:
        known = Counter(scene.before.steps) if scene.before else Counter()
        fresh = Counter(scene.after.steps) - known
        return [f"{lower} to {upper}" for (_, lower, upper), times in fresh.items() for _ in range(times)][::-1]
