"""A ladder of tiers, as a rulebook states it. Pure: which tier a score reaches, and what comes next."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from regulars.domain.tiers.down_policy import DownPolicy, down_policies
from regulars.kernel.errors import Refusal
from regulars.kernel.periods import Period, parse_period
from regulars.kernel.validation import refused, unknown_name


class Tier(BaseModel):
    """One tier. from_score: the score that reaches it, in units of money or in points; the lowest tier starts at 0."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")
    name: str = Field(min_length=1, max_length=60)
    from_score: Decimal = Field(ge=0, le=10**12, max_digits=15)
    benefits: tuple[str, ...] = ()


def _names_of_policies(schema: dict[str, Any]) -> None:
    schema["enum"] = sorted(down_policies())


class Ladder(BaseModel):
    """metric: `spend` counts money, `points` counts points earned of `point_type`, over a rolling window.

    window: '12 months' or None for a lifetime. down: name of a policy in tiers/policies.
    downgrade_on_return: whether a return can cost a tier that the returned order had helped to reach.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")
    name: str = Field(min_length=1, max_length=60)
    metric: Literal["spend", "points"] = "spend"
    point_type: str | None = None
    window: str | None = "12 months"
    down: str = Field(default="immediate", json_schema_extra=_names_of_policies)
    tiers: tuple[Tier, ...] = Field(min_length=1, max_length=50)
    downgrade_on_return: bool = Field(default=False, strict=True, exclude_if=lambda value: value is False)

    @field_validator("window")
    @classmethod
    def _window_is_period(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                period = parse_period(value, field="window")
            except Refusal as refusal:
                raise refused(refusal) from None
            if period == Period():
                raise ValueError("a window of no time at all counts nothing")
        return value

    @field_validator("down")
    @classmethod
    def _down_is_known(cls, value: str) -> str:
        if value not in down_policies():
            raise unknown_name("policy", value, down_policies())
        return value

    @model_validator(mode="after")
    def _in_order(self) -> Ladder:
        scores = [tier.from_score for tier in self.tiers]
        if scores[0] != 0:
            raise ValueError(f"the first tier must start at 0, and {self.tiers[0].id!r} starts at {scores[0]}")
        for lower, upper in zip(self.tiers, self.tiers[1:], strict=False):
            if upper.from_score <= lower.from_score:
                raise ValueError(
                    f"tier {upper.id!r} starts at {upper.from_score}, not above {lower.id!r} at {lower.from_score}"
                )
        if len({tier.id for tier in self.tiers}) < len(self.tiers):
            raise ValueError("two tiers have the same id")
        if (self.metric == "points") != (self.point_type is not None):
            raise ValueError("point_type belongs to the metric 'points', and only to it")
        return self

    @property
    def period(self) -> Period | None:
        """The window as a period; None: everything ever counts."""
        return None if self.window is None else parse_period(self.window)

    @property
    def policy(self) -> DownPolicy:
        """The policy for going down."""
        return down_policies()[self.down]


class Rungs:
    """A ladder with its thresholds in whole minor units or points, ready for the hot path."""

    def __init__(self, ladder: Ladder, *, places: int) -> None:
        self.ladder = ladder
        self.id = ladder.id
        self.ids = [tier.id for tier in ladder.tiers]
        shift = places if ladder.metric == "spend" else 0
        self.thresholds = [int(tier.from_score.scaleb(shift)) for tier in ladder.tiers]
        self._period = ladder.period
        self._position = {tier_id: position for position, tier_id in enumerate(self.ids)}

    def reached(self, score: int) -> int:
        """The position of the highest tier that the score reaches; 0 also for a score below zero."""
        position = 0
        for index, threshold in enumerate(self.thresholds):
            if score >= threshold:
                position = index
        return position

    def settled(self, held: str, score: int) -> str:
        """The tier after a review: up at once, down by the ladder's policy. A tier that was removed is read again."""
        reached = self.reached(score)
        position = self._position.get(held)
        if position is None or reached >= position:
            return self.ids[reached]
        return self.ids[self.ladder.policy.lowered(held=position, reached=reached)]

    def counted_from(self, today: date) -> date:
        """The first day that still counts on `today`: with a window of 12 months the day after a year ago."""
        if self._period is None:
            return date.min
        return date.fromordinal(self._period.before(today).toordinal() + 1)

    def leaves_on(self, day: date) -> date:
        """The first day on which something of `day` no longer counts."""
        if self._period is None:
            return date.max
        return date.fromordinal(self._period.after(day).toordinal())
