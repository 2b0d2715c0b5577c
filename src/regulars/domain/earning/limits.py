"""What bounds a rule: points of one event, points or times of one member in a period, a pause, a budget."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from regulars.domain.earning.windows import Window
from regulars.kernel.validation import complaint

Each = Literal["day", "week", "month", "quarter", "year", "lifetime"]
BudgetEach = Literal["total", "day", "month"]
MOST = 10**15 - 1
"""Fifteen digits, exact in every program that reads our JSON."""
BEGINNING = date.min
"""The first day of a period without a beginning."""
_PAUSE = re.compile(r"\s*(\d{1,5})\s+(minute|hour|day|week)s?\s*")
_LONGEST_PAUSE = timedelta(days=3_660)


class MemberLimit(BaseModel):
    """What one member gets from the rule in a period: so many points, or so many times.

    each: a calendar period in the programme's time zone; weeks begin on Monday.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    points: int | None = Field(
        default=None, ge=1, le=MOST, strict=True, exclude_if=lambda value: value is None, description="So many points"
    )
    times: int | None = Field(
        default=None, ge=1, le=MOST, strict=True, exclude_if=lambda value: value is None, description="So many times"
    )
    each: Each = Field(description="In each calendar period, or in a member's lifetime")

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        if (self.points is None) == (self.times is None):
            raise complaint("a limit counts either points or times", "Write “points: 500” or “times: 1”.")
        return self


class Budget(BaseModel):
    """What all members together get: points, or the money that the points are worth.

    points: whole points. money: in the programme's currency; a point counts what its point type says it is worth.
    each: in total, or anew in each day or month of the programme's time zone.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    points: int | None = Field(
        default=None, gt=0, le=MOST, strict=True, exclude_if=lambda value: value is None, description="So many points"
    )
    money: Decimal | None = Field(
        default=None,
        gt=0,
        le=1_000_000_000,
        decimal_places=4,
        exclude_if=lambda value: value is None,
        description="Points worth so much money, in the programme's currency",
    )
    each: BudgetEach = Field(default="total", description="Once for all time, or anew each day or month")

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        if (self.points is None) == (self.money is None):
            raise complaint("a budget is either points or money", "Write “points: 5000” or “money: 100.00”.")
        return self


class Limits(BaseModel):
    """per_event: the most points for one event; what is above it is cut off.

    per_member: what one member gets in a period. cooldown: for how long the member waits after the rule has fired.
    budget: what all members together get. partial: whether a member still gets what is left of a limit or budget (on),
    or nothing when it is less than the rule would give (off).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    per_event: int | None = Field(
        default=None,
        ge=1,
        le=MOST,
        strict=True,
        exclude_if=lambda value: value is None,
        description="The most points for one event",
    )
    per_member: tuple[MemberLimit, ...] = Field(
        default=(), max_length=10, exclude_if=lambda value: not value, description="What one member gets in a period"
    )
    cooldown: str | None = Field(
        default=None,
        exclude_if=lambda value: value is None,
        description="How long the member waits until the rule fires again, such as 2 hours",
    )
    budget: Budget | None = Field(
        default=None, exclude_if=lambda value: value is None, description="What all members together get"
    )
    partial: Literal["on", "off"] = Field(
        default="on", description="Whether what is left of a limit is given (on), or nothing then (off)"
    )

    @field_validator("partial", mode="before")
    @classmethod
    def _on_or_off(cls, value: object) -> object:
        return ("off", "on")[value] if isinstance(value, bool) else value

    @field_validator("cooldown")
    @classmethod
    def _cooldown_is_a_pause(cls, value: str | None) -> str | None:
        if value is not None:
            pause_of(value)
        return value


def pause_of(text: str) -> timedelta:
    """'2 hours' as a length of time. Raises pydantic's error for what is none, or longer than ten years."""
    found = _PAUSE.fullmatch(text)
    if found is None or int(found[1]) == 0:
        raise complaint(
            f"“{text}” is not a time to wait", "Write a number and a unit: 30 minutes, 2 hours, 1 day, 1 week."
        )
    pause = int(found[1]) * timedelta(**{f"{found[2]}s": 1})
    if pause > _LONGEST_PAUSE:
        raise complaint(f"“{text}” is longer than ten years", "Write “times: 1” with “each: lifetime” instead.")
    return pause


def period_start(each: Each | BudgetEach, day: date) -> date:
    """The first day of the calendar period that `day` lies in."""
    return BEGINNING if each == "total" or each == "lifetime" else Window(each).row(day)
