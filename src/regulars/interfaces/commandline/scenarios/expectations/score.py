"""What counts for the member on each ladder: money in the programme's currency, or points."""

from __future__ import annotations

from decimal import Decimal

from regulars.interfaces.commandline.scenarios.expectation import MemberExpectation
from regulars.interfaces.commandline.scenarios.looking import MemberScene
from regulars.interfaces.commandline.scenarios.words import ScorePerLadder


class Score(MemberExpectation):
    """What counts for the tier now: money, points, visits or whatever the ladder counts."""

    name = "score"
    example = "199.99"
    Value = ScorePerLadder

    def read(self, scene: MemberScene, expected: dict[str, Decimal]) -> dict[str, Decimal]:
        scores = {}
        for ladder, _, score in scene.after.tiers:
            rungs = next(each for each in scene.stage.rules.latest.rungs if each.id == ladder)
            scores[ladder] = Decimal(score).scaleb(-rungs.places)
        return {ladder: scores.get(ladder or next(iter(scores), ""), Decimal(0)) for ladder in expected}
