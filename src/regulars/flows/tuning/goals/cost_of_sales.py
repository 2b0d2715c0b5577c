"""What the points are worth that are given, as a share of sales."""

from __future__ import annotations

from regulars.flows.tuning.estimates import Pair
from regulars.flows.tuning.goal import Better, Goal, Unit
from regulars.flows.tuning.outcome import Member, Outcome
from regulars.kernel.words import Sentence


class CostOfSales(Goal):
    """3,000 points worth 0.01 each, given over sales of 1,500.00: 2 %. Both before returns."""

    name = "cost_of_sales"
    title = Sentence("Points given, as a share of sales")
    unit = Unit.percent
    better = Better.less

    def pair(self, member: Member, outcome: Outcome) -> Pair:
        return outcome.earned, member.sales
