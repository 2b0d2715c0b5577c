"""The tier that the member holds, on each ladder."""

from __future__ import annotations

from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene
from regulars.interfaces.commandline.scenarios.words import PerLadder


class Tier(MemberExpectation):
    """The tier held, by its id; `{status: silver}` where there are several ladders."""

    name = "tier"
    example = "silver"
    Value = PerLadder

    def read(self, scene: MemberScene, expected: dict[str, str]) -> dict[str, str]:
        tiers = {ladder: tier for ladder, tier, _ in scene.after.tiers}
        return {ladder: tiers.get(ladder or next(iter(tiers), ""), "none") for ladder in expected}
