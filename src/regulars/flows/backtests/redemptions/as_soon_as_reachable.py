"""Members take a reward whenever they can."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from pydantic import Field

from regulars.flows.backtests.redemption_model import Ground, RedemptionModel, Spender
from regulars.kernel.errors import Refusal
from regulars.kernel.words import Sentence


class AsSoonAsReachable(RedemptionModel):
    """Whoever has the points for the reward takes it on that day, one at a time: the soonest that it could be.

    reward: its code; empty: the cheapest one. every_days: at most once in so many days.
    """

    name = "as_soon_as_reachable"

    reward: str = Field(default="", max_length=60, description="Code of the reward; empty: the cheapest one")
    every_days: int = Field(default=1, strict=True, ge=1, le=3650, description="At most once in so many days")

    def check(self, ground: Ground) -> None:
        if not ground.rewards:
            raise Refusal(
                "no_reward_to_reach",
                "There is no reward that members could take",
                detail="The programme has no active reward that costs points.",
                remedy="Add a reward first, or choose another way of spending.",
                field="redemptions",
            )
        if self.reward and self.reward not in ground.rewards:
            raise Refusal(
                "reward_not_active",
                "There is no such reward",
                detail=f"No active reward has the code {self.reward!r}.",
                remedy=f"Use one of {', '.join(sorted(ground.rewards))}.",
                field="redemptions",
            )

    def spender(self, ground: Ground) -> Spender:
        code = self.reward or next(iter(ground.rewards))
        return _AtOnce(*ground.rewards[code], timedelta(days=self.every_days))

    def words(self) -> Sentence:
        values = {"reward": self.reward, "days": self.every_days}
        if self.reward:
            return Sentence("members take the reward {reward} as soon as they can, once in {days} days at most", values)
        return Sentence("members take the cheapest reward as soon as they can, once in {days} days at most", values)


class _AtOnce(Spender):
    def __init__(self, point_type: int, price: int, pause: timedelta) -> None:
        self._point_type, self._price, self._pause = point_type, price, pause
        self._next = date.min
        self._waits = False

    def wants(self, day: date, available: Callable[[int], int]) -> list[tuple[int, int]]:
        has = available(self._point_type)
        taken = has >= self._price and day >= self._next
        if taken:
            self._next, has = day + self._pause, has - self._price
        self._waits = has >= self._price
        return [(self._point_type, self._price)] if taken else []

    def next_day(self) -> date:
        return self._next if self._waits else date.max
