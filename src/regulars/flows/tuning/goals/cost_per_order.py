"""What the points of an order are worth, on average."""

from __future__ import annotations

from regulars.flows.tuning.estimates import Pair
from regulars.flows.tuning.goal import Better, Goal, Unit
from regulars.flows.tuning.outcome import Member, Outcome
from regulars.kernel.words import Sentence


class CostPerOrder(Goal):
    """3,000 points worth 0.01 each, given over 40 orders: 0.75 an order. Points given, before returns and expiry."""

    name = "cost_per_order"
    title = Sentence("Points given per order, in money")
    unit = Unit.money
    better = Better.less

    def pair(self, member: Member, outcome: Outcome) -> Pair:
        return outcome.earned, member.orders
