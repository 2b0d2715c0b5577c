"""How many members come to points enough for the cheapest reward within some days of joining."""

from __future__ import annotations

from pydantic import Field

from regulars.flows.tuning.estimates import Pair, share
from regulars.flows.tuning.goal import Better, Goal, Unit
from regulars.flows.tuning.lever import Ground
from regulars.flows.tuning.outcome import Member, Outcome
from regulars.kernel.errors import Refusal
from regulars.kernel.words import Sentence


class FirstRewardInTime(Goal):
    """60 % within 90 days: of those who joined at least 90 days before the end, whether they redeemed or not."""

    name = "first_reward_in_time"
    title = Sentence("Members who reach a first reward in time")
    unit = Unit.percent
    better = Better.more
    estimated = staticmethod(share)

    days: int = Field(default=90, ge=1, le=3_650, description="Within so many days of joining")

    def pair(self, member: Member, outcome: Outcome) -> Pair:
        if member.days < self.days:
            return 0, 0
        return int(outcome.reward_day is not None and outcome.reward_day <= self.days), 1

    def figure_words(self, ground: Ground) -> Sentence:
        return Sentence("Members who reach a first reward within {days} days", {"days": self.days})

    def check(self, ground: Ground) -> None:
        if not ground.rewards:
            raise Refusal(
                "no_reward_to_reach",
                "There is no reward to reach",
                detail="The catalogue has no active reward, so nobody can come to one.",
                remedy="Put a reward into the catalogue first, or choose another goal.",
                field="goals",
            )
