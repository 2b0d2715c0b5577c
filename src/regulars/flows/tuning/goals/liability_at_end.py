"""What all members together have at the end, in money."""

from __future__ import annotations

from regulars.flows.tuning.estimates import Pair, total
from regulars.flows.tuning.goal import Better, Goal, Unit
from regulars.flows.tuning.outcome import Member, Outcome
from regulars.kernel.words import Sentence


class LiabilityAtEnd(Goal):
    """200 members with 500 points worth 0.01 each: 1,000.00. Available, held and pending points, of all members."""

    name = "liability_at_end"
    title = Sentence("What members have at the end, in money")
    unit = Unit.money
    better = Better.less
    estimated = staticmethod(total)

    def pair(self, member: Member, outcome: Outcome) -> Pair:
        return outcome.left, 1
