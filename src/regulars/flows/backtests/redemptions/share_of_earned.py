"""A share of what is earned is spent, after a while: as it was observed, or as it is stated."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from pydantic import Field

from regulars.flows.backtests.figures import month_of
from regulars.flows.backtests.redemption_model import Ground, Observed, RedemptionModel, Spender
from regulars.kernel.errors import Refusal
from regulars.kernel.words import Sentence

_NOTHING = Observed(0, 0, 0)


class ShareOfEarned(RedemptionModel):
    """Of 100 points that an event gives, 40 are spent 30 days later, if the rate is 0.4 and the delay 30 days.

    Observed is by month: of the points that events gave in that month, the share that was spent by the end, and how
    many days that took, on average. Points of the last months had less time to be spent, and their rates are lower.
    Parts of points are kept until they are whole; what is not there when its day comes is not spent.

    rate: the share, instead of the observed one. days: the delay, instead of the observed one.
    """

    name = "share_of_earned"

    rate: Decimal | None = Field(default=None, ge=0, le=1, description="The share; left out: the observed one")
    days: int | None = Field(default=None, strict=True, ge=0, le=3650, description="Days between; left out: observed")

    @property
    def observes(self) -> bool:
        return self.rate is None or self.days is None

    def check(self, ground: Ground) -> None:
        if self.observes and not any(each.spent for each in ground.months.values()):
            raise Refusal(
                "nothing_redeemed",
                "Nobody has spent anything yet",
                detail="The rate at which members spend cannot be observed, because no points were spent so far.",
                remedy="State a rate and a number of days, or choose another way of spending.",
                field="redemptions",
            )

    def spender(self, ground: Ground) -> Spender:
        return _ByShare(self, ground)

    def words(self) -> Sentence:
        if self.rate is None and self.days is None:
            return Sentence("members spend the share of what they earn, after the time, that was observed by month")
        if self.rate is None:
            return Sentence(
                "members spend the share of what they earn that was observed by month, {days} days later",
                {"days": self.days},
            )
        percent = Decimal(f"{(self.rate * 100).normalize():f}")
        if self.days is None:
            return Sentence(
                "members spend {percent} % of what they earn, after the time that was observed by month",
                {"percent": percent},
            )
        return Sentence(
            "members spend {percent} % of what they earn, {days} days later", {"percent": percent, "days": self.days}
        )


class _ByShare(Spender):
    def __init__(self, model: ShareOfEarned, ground: Ground) -> None:
        self._model, self._ground = model, ground
        self._due: list[tuple[date, int, Decimal]] = []
        self._parts: dict[int, Decimal] = {}

    def earned(self, point_type: int, points: int, day: date) -> None:
        seen = self._ground.months.get((point_type, month_of(day)), _NOTHING)
        rate = Decimal(seen.spent) / seen.earned if seen.earned else Decimal(0)
        rate = min(rate, Decimal(1)) if self._model.rate is None else self._model.rate
        days = seen.days if self._model.days is None else self._model.days
        if rate:
            heapq.heappush(self._due, (day + timedelta(days=days), point_type, rate * points))

    def wants(self, day: date, available: Callable[[int], int]) -> list[tuple[int, int]]:
        while self._due and self._due[0][0] <= day:
            _, point_type, points = heapq.heappop(self._due)
            self._parts[point_type] = self._parts.get(point_type, Decimal(0)) + points
        found = []
        for point_type, points in self._parts.items():
            if points >= 1:
                found.append((point_type, int(points)))
                self._parts[point_type] = points % 1
        return found

    def next_day(self) -> date:
        return self._due[0][0] if self._due else date.max
