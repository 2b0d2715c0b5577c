"""What every goal has in common: a figure of a candidate, which side of it is good, and the bounds that are asked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from regulars.flows.tuning import goals
from regulars.flows.tuning.estimates import Estimate, Pair, ratio
from regulars.flows.tuning.lever import Ground
from regulars.flows.tuning.outcome import Lives, Member, Outcome
from regulars.kernel.errors import Refusal
from regulars.kernel.registry import variants_in
from regulars.kernel.validation import complaint, instead
from regulars.kernel.words import Money, Sentence

USUAL_AXES = ("cost_per_order", "first_reward_in_time")
"""What a frontier compares when nobody says anything else."""


class Unit(StrEnum):
    """percent: a share from 0 to 1. money: of the programme's currency."""

    percent = "percent"
    money = "money"


class Better(StrEnum):
    """Which side of a figure is the good one."""

    less = "less"
    more = "more"


class Met(StrEnum):
    """surely: the whole interval is where it should be. perhaps: a part of it. no: nothing of it."""

    surely = "surely"
    perhaps = "perhaps"
    no = "no"


class Goal(BaseModel, ABC):
    """A figure, and where it shall be. Without a bound it is the figure alone, for an axis of the frontier.

    better: None where neither side is good by itself; such a figure is no axis.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: ClassVar[str]
    title: ClassVar[Sentence]
    unit: ClassVar[Unit]
    better: ClassVar[Better | None]
    estimated: ClassVar[Callable[..., Estimate | None]] = staticmethod(ratio)

    at_least: Decimal | None = Field(default=None, ge=0, le=10**12, description="The figure is at least this")
    at_most: Decimal | None = Field(default=None, ge=0, le=10**12, description="The figure is at most this")

    @model_validator(mode="after")
    def _bounds_fit(self) -> Self:
        bounds = [each for each in (self.at_least, self.at_most) if each is not None]
        if self.unit is Unit.percent and any(each > 1 for each in bounds):
            raise complaint("a share is at most 1.", "Write 0.6 for 60 %.")
        if len(bounds) == 2 and bounds[0] > bounds[1]:
            raise complaint("the lower bound lies above the upper one.", "Exchange them.")
        return self

    @abstractmethod
    def pair(self, member: Member, outcome: Outcome) -> Pair:
        """What the member adds above and below the line."""

    @classmethod
    def choices(cls, ground: Ground) -> list[tuple[dict[str, Any], Sentence]]:
        """The parameters between which somebody has to choose, each with its words; one empty choice where none."""
        return [({}, cls.title)]

    def check(self, ground: Ground) -> None:
        """Raises Refusal where the goal names something that these rules do not have."""

    def figure_words(self, ground: Ground) -> Sentence:
        """What the figure is, with the names of these rules."""
        return self.title

    def words(self, ground: Ground) -> Sentence:
        """What is asked: 'Cost per order: at most 0.50 EUR'."""
        values: dict[str, object] = {"figure": self.figure_words(ground)}
        values |= {
            name: self.shown(bound, str(ground.document["currency"]))
            for name, bound in (("least", self.at_least), ("most", self.at_most))
            if bound is not None
        }
        if "least" in values and "most" in values:
            return Sentence("{figure}: between {least} and {most}", values)
        return Sentence("{figure}: at least {least}" if "least" in values else "{figure}: at most {most}", values)

    @classmethod
    def shown(cls, value: Decimal, currency: str) -> Sentence | Money:
        """A value of the figure, for sentences."""
        if cls.unit is Unit.money:
            return Money(value.quantize(Decimal("0.0001")).normalize(), currency)
        return Sentence("{number} %", {"number": (value * 100).quantize(Decimal("0.1")).normalize() + 0})

    @property
    def has_bound(self) -> bool:
        """Whether it asks for anything."""
        return self.at_least is not None or self.at_most is not None

    def figure(self, lives: Sequence[Lives], candidate: int, *, of: int) -> Estimate | None:
        """Over the members that were played, of so many; None where there is nobody to take it of."""
        pairs = [self.pair(each.member, each.outcomes[candidate]) for each in lives]
        return type(self).estimated(pairs, of=of)

    def met_by(self, estimate: Estimate | None) -> Met:
        """Whether the figure is where it shall be; of nobody it cannot be said."""
        if estimate is None:
            return Met.perhaps
        low = self.at_least if self.at_least is not None else Decimal(0)
        high = self.at_most if self.at_most is not None else Decimal("Infinity")
        if low <= estimate.low and estimate.high <= high:
            return Met.surely
        return Met.no if estimate.high < low or estimate.low > high else Met.perhaps

    def missed_by(self, estimate: Estimate | None) -> Decimal:
        """How far the figure is from the bound, as a part of the bound; 0 where it keeps it."""
        if estimate is None:
            return Decimal(1)
        for bound, gap in (
            (self.at_least, None if self.at_least is None else self.at_least - estimate.value),
            (self.at_most, None if self.at_most is None else estimate.value - self.at_most),
        ):
            if bound is not None and gap is not None and gap > 0:
                return gap / bound if bound else gap
        return Decimal(0)


@cache
def goals_by_name() -> Mapping[str, type[Goal]]:
    """Every goal there is."""
    return variants_in(goals, Goal)  # type: ignore[type-abstract]  # only its subclasses are returned


def goal_of(stated: Mapping[str, Any], ground: Ground, *, field: str = "goals") -> Goal:
    """The goal of {"goal": "cost_per_order", "at_most": "0.50"}. Raises Refusal for what is none."""
    name = str(stated.get("goal", ""))
    kind = goals_by_name().get(name)
    if kind is None:
        raise Refusal(
            "unknown_goal",
            "There is no such goal",
            detail=f"Nothing that can be aimed at is called {name[:60]!r}.",
            remedy=instead(name, goals_by_name()),
            field=field,
        )
    try:
        goal = kind.model_validate({key: value for key, value in stated.items() if key != "goal"})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(each) for each in first["loc"]) or "the bounds"
        raise Refusal(
            "bad_goal",
            "The goal cannot be read",
            detail=f"Of {name}, {place}: {first['msg']}.",
            remedy="State a bound, at_least or at_most, and what the goal asks for: shares as 0.6, money as 0.50.",
            field=field,
        ) from None
    goal.check(ground)
    return goal


def stated_goal(goal: Goal) -> dict[str, Any]:
    """The goal as JSON values, from which `goal_of` makes the same."""
    values = goal.model_dump(mode="json", exclude_none=True)
    return {"goal": goal.name, **values}
