"""A ladder of tiers, as a rulebook states it: what is counted, for how long, and what is done upwards and downwards."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from regulars.domain.tiers.benefit import Benefit, benefit_in_form, benefit_of
from regulars.domain.tiers.down_policy import DownPolicy, down_policies
from regulars.domain.tiers.grace import Grace
from regulars.domain.tiers.metric import Metric, known_metrics
from regulars.domain.tiers.stated import BY, metric_in_form, metric_of, window_in_form, window_of
from regulars.domain.tiers.window import Window
from regulars.kernel.periods import parse_period
from regulars.kernel.validation import complaint, unknown_name

Unit = Literal["month", "quarter", "half", "year"]
_NO_SHAPE: Any = {
    "name": True, "notice": True, "on_change": True, "second_person": True,
    "tiers": {"__all__": {"name": True, "benefits": True}},
}  # fmt: skip
"""Words, and what a change of the ladder does: nobody stands elsewhere because of them."""


class Tier(BaseModel):
    """One tier. from_score: the score that reaches it, in units of money or in points; the lowest tier starts at 0.

    for_life: once reached, the member never falls below it. invitation_only: no score reaches it; staff invite.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")
    name: str = Field(min_length=1, max_length=60)
    from_score: Decimal | None = Field(
        default=None,
        ge=0,
        le=10**12,
        max_digits=15,
        exclude_if=lambda value: value is None,
        description="The score that reaches it; left out for a tier by invitation only",
    )
    benefits: tuple[str | dict[str, Any], ...] = Field(
        default=(), max_length=50, description="What it gives: texts, or {kind: discount, percent: 5} and the like"
    )
    for_life: bool = Field(
        default=False,
        strict=True,
        exclude_if=lambda value: value is False,
        description="Whether a member who reached it never falls below it",
    )
    invitation_only: bool = Field(
        default=False,
        strict=True,
        exclude_if=lambda value: value is False,
        description="Whether no score reaches it: staff invite to it",
    )

    @field_validator("benefits", mode="before")
    @classmethod
    def _benefits_in_their_form(cls, value: object) -> object:
        return [benefit_in_form(each) for each in value] if isinstance(value, list | tuple) else value

    @cached_property
    def offers(self) -> tuple[Benefit, ...]:
        """What it gives, ready to be read."""
        return tuple(benefit_of(each) for each in self.benefits)

    @property
    def earn_factor(self) -> Decimal:
        """How many times its members earn; the largest where several are stated, 1 for none."""
        return max((factor for each in self.offers if (factor := each.earn_factor()) is not None), default=Decimal(1))


def _names_of_policies(schema: dict[str, Any]) -> None:
    schema["enum"] = sorted(down_policies())


class Ladder(BaseModel):
    """metric: what is counted: `spend`, `points` earned of `point_type`, `visits`, or {by: visits, events: [...]}.

    window: '12 months' for a rolling one, None for a lifetime, or {by: calendar, unit: year}. up: at once, or when a
    period ends. down: name of a policy in tiers/policies. review_at: where the window has no periods, at which ends of
    the calendar standings are judged. grace, grace_anchor, grace_round_up: time before a tier is lost; see Grace.
    notice: how long before that members are told.
    on_change: what this version does to those whom an earlier one put on their tiers; see changeover. The version
    before says by `second_person` whether tiers may be taken at once by one person alone.
    downgrade_on_return: whether a return can cost a tier that the returned order had helped to reach.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")
    name: str = Field(min_length=1, max_length=60)
    metric: str | dict[str, Any] = Field(default="spend", description="What is counted")
    point_type: str | None = None
    window: str | dict[str, Any] | None = Field(
        default="12 months", description="How long it counts: 12 months, null for ever, or {by: calendar, unit: year}"
    )
    up: Literal["at_once", "at_period_end"] = Field(
        default="at_once", exclude_if=lambda value: value == "at_once", description="When members move up"
    )
    down: str = Field(default="immediate", json_schema_extra=_names_of_policies)
    review_at: Unit | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="Where the window has no periods of its own: the ends at which standings are judged",
    )
    grace: str | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="How long a tier is kept before it is lost, such as 3 months",
    )
    grace_anchor: Literal["entry", "disqualification"] = Field(
        default="disqualification",
        exclude_if=lambda value: value == "disqualification",
        description="From when on: the day of reaching the tier (entry), or of falling below it",
    )
    grace_round_up: Unit | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="The end of the month, quarter, half or year to which the grace is rounded up",
    )
    notice: tuple[str, ...] = Field(
        default=(),
        max_length=5,
        exclude_if=lambda value: not value,
        description="How long before a tier is lost members are told, such as 30 days and 7 days",
    )
    tiers: tuple[Tier, ...] = Field(min_length=1, max_length=50)
    downgrade_on_return: bool = Field(default=False, strict=True, exclude_if=lambda value: value is False)
    on_change: Literal["no_downgrade", "apply", "restore"] = Field(
        default="no_downgrade",
        exclude_if=lambda value: value == "no_downgrade",
        description="Of members who are there when this ladder differs from the one before: nobody loses a tier; tiers"
        " are given anew at once; or everybody stands again as before the last change",
    )
    second_person: bool = Field(
        default=False,
        strict=True,
        exclude_if=lambda value: value is False,
        description="Whether a later version that takes tiers at once needs a second person",
    )

    @field_validator("metric", mode="before")
    @classmethod
    def _metric_in_its_form(cls, value: object) -> str | dict[str, Any]:
        if isinstance(value, str) and value in known_metrics() and _counts_points(value):
            return value  # its point type stands beside it
        return metric_in_form(value)

    @field_validator("window", mode="before")
    @classmethod
    def _window_in_its_form(cls, value: object) -> str | dict[str, Any] | None:
        return window_in_form(value)

    @field_validator("down")
    @classmethod
    def _down_is_known(cls, value: str) -> str:
        if value not in down_policies():
            raise unknown_name("policy", value, down_policies())
        return value

    @model_validator(mode="after")
    def _in_order(self) -> Ladder:
        if self.tiers[0].from_score != 0 or self.tiers[0].invitation_only:
            problem = f"the first tier must start at 0, and {self.tiers[0].id!r} starts at {self.tiers[0].from_score}"
            raise complaint(problem, "Begin with the tier that everybody has, “from_score: 0”.")
        for tier in self.tiers:
            if (tier.from_score is None) != tier.invitation_only:
                problem = f"tier {tier.id!r} says neither from which score on, nor that it is by invitation only"
                if tier.invitation_only:
                    problem = f"tier {tier.id!r} is by invitation only, and no score reaches it"
                raise complaint(problem, "Write either from_score or invitation_only: true.")
        scored = [(tier.id, tier.from_score) for tier in self.tiers if tier.from_score is not None]
        for (lower, start), (upper, higher) in pairwise(scored):
            if higher <= start:
                problem = f"tier {upper!r} starts at {higher}, not above {lower!r} at {start}"
                raise complaint(problem, "Put the tiers in order, the lowest first, and let each start higher.")
        if len({tier.id for tier in self.tiers}) < len(self.tiers):
            raise complaint("two tiers have the same id", "Give each tier an id of its own.")
        return self

    @model_validator(mode="after")
    def _point_type_where_it_belongs(self) -> Ladder:
        beside = isinstance(self.metric, str) and _counts_points(self.metric)
        if beside != (self.point_type is not None):
            raise ValueError("point_type belongs to a metric that counts points, and only to it")
        return self

    @model_validator(mode="after")
    def _periods_where_needed(self) -> Ladder:
        waits = self.up == "at_period_end" or self.policy.needs_periods
        if self.measure.follows_balance and self.span.name != "lifetime":
            raise complaint("a balance is what is there now, and no window fits it", "Write window: null.")
        if self.review_at is not None and (self.span.has_periods or not waits):
            raise complaint("nothing here is judged at that time", "Remove review_at.")
        if waits and not self.span.has_periods and self.review_at is None:
            raise complaint(
                "no period ends here at which standings could be judged",
                "Add review_at: year, half, quarter or month; or use a window of the calendar or of anniversaries.",
            )
        if self.grace is None and (self.grace_anchor != "disqualification" or self.grace_round_up is not None):
            raise complaint("it does not say how long the grace is", "Add grace, such as 3 months.")
        return self

    @field_validator("grace")
    @classmethod
    def _grace_is_time(cls, value: str | None) -> str | None:
        return None if value is None else Grace(period=value).period

    @field_validator("notice")
    @classmethod
    def _notice_is_time(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        periods = [Grace(period=each).period for each in value]
        if len({parse_period(each) for each in periods}) < len(periods):
            raise complaint("the same time is there twice", "Remove one of them.")
        return value

    @cached_property
    def measure(self) -> Metric:
        """What is counted, ready to count."""
        if self.point_type is not None:
            return metric_of({BY: self.metric, "point_type": self.point_type})
        return metric_of(self.metric)

    @cached_property
    def span(self) -> Window:
        """How long it counts."""
        return window_of(self.window)

    @property
    def policy(self) -> DownPolicy:
        """The policy for going down."""
        return down_policies()[self.down]

    @cached_property
    def time_left(self) -> Grace | None:
        """The grace before a tier is lost; None where there is none."""
        if self.grace is None:
            return None
        return Grace(period=self.grace, anchor=self.grace_anchor, round_up=self.grace_round_up)

    @cached_property
    def shape(self) -> str:
        """All that decides who stands where. Two versions of one shape give the same standings, whatever they say."""
        stated = self.model_dump(exclude=_NO_SHAPE)
        return json.dumps(stated, sort_keys=True, default=_as_written)

    @property
    def metric_name(self) -> str:
        """What is counted, by its name alone."""
        return self.measure.name


def _as_written(value: Decimal) -> str:
    """200 and 200.00 are the same threshold."""
    return f"{value.normalize():f}"


def _counts_points(metric: str) -> bool:
    return metric in known_metrics() and "point_type" in known_metrics()[metric].model_fields
