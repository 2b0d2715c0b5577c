"""How much of what was given has expired by the end."""

from __future__ import annotations

from regulars.flows.tuning.estimates import Pair
from regulars.flows.tuning.goal import Better, Goal, Unit
from regulars.flows.tuning.outcome import Member, Outcome
from regulars.kernel.words import Sentence


class PointsExpired(Goal):
    """Of 1,000 points given, 150 are gone: 15 %. Few is good: a point that expires pleases nobody."""

    name = "points_expired"
    title = Sentence("Points that expire, as a share of those given")
    unit = Unit.percent
    better = Better.less

    def pair(self, member: Member, outcome: Outcome) -> Pair:
        return outcome.expired, outcome.earned
