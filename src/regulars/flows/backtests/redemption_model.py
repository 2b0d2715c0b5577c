"""The base class of what members are taken to spend in a back-test, and how a wish names one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, ClassVar, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from regulars.flows.backtests import redemptions
from regulars.kernel.errors import Refusal
from regulars.kernel.registry import variants_in
from regulars.kernel.validation import instead
from regulars.kernel.words import Sentence

BY = "by"
"""The key that names the model where it has parameters."""


class Observed(NamedTuple):
    """Of the points that events gave in a month: how many there were, how many were spent by the end.

    days: from earning to spending, the average over the points that were spent.
    """

    earned: int
    spent: int
    days: int


@dataclass(frozen=True, slots=True)
class Ground:
    """What a model may know of the programme. rewards: code -> (point type, points); the cheapest one stands first.

    months: (point type, month as in figures.month_of) -> what was observed in the live books.
    """

    rewards: Mapping[str, tuple[int, int]]
    months: Mapping[tuple[int, int], Observed]


class Spender:
    """One member, who spends by a model. This one spends nothing."""

    def earned(self, point_type: int, points: int, day: date) -> None:
        """An event gave points on a local day."""

    def wants(self, day: date, available: Callable[[int], int]) -> list[tuple[int, int]]:
        """(point type, points) that the member would spend on the day. available: asks for a balance."""
        return []

    def next_day(self) -> date:
        """The first day on which the member may want something though nothing happens; date.max: none."""
        return date.max


class RedemptionModel(BaseModel):
    """What members spend. The fields of a model are its parameters.

    name: how wishes call it, in `redemptions: none`. replays: whether what was spent is spent again, and points that
    paid for orders pay again. observes: whether it needs the months of `Ground`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: ClassVar[str]
    replays: ClassVar[bool] = False

    @property
    def observes(self) -> bool:
        """Whether it asks what was observed in the live books."""
        return False

    def check(self, ground: Ground) -> None:
        """Raises Refusal where the programme has not what the model needs."""

    def spender(self, ground: Ground) -> Spender:
        """Somebody who spends by the model."""
        return Spender()

    def words(self) -> Sentence:
        """The model for people: 'members spend ...'."""
        raise NotImplementedError

    def stated(self) -> str | dict[str, Any]:
        """The plain name where there are no parameters, else {by: name, ...}."""
        parameters = self.model_dump(mode="json", exclude_defaults=True)
        return {BY: self.name, **parameters} if parameters else self.name


@cache
def redemption_models() -> dict[str, type[RedemptionModel]]:
    """Every model in the folder, by name."""
    return variants_in(redemptions, RedemptionModel)


def redemption_model(stated: object) -> RedemptionModel:
    """The model that a wish states, by its name or as {by: name, ...}. Raises Refusal."""
    name, parameters = (stated, {}) if isinstance(stated, str) else (None, {})
    if isinstance(stated, dict):
        name, parameters = stated.get(BY), {key: value for key, value in stated.items() if key != BY}
    known = redemption_models()
    if not isinstance(name, str) or name not in known:
        raise Refusal(
            "unknown_redemption_model",
            "Nobody knows this way of spending",
            detail=f"{name!r} says what members spend, and there is no such model.",
            remedy=instead(str(name), list(known)),
            field="redemptions",
        )
    try:
        return known[name].model_validate(parameters)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(each) for each in first["loc"])
        raise Refusal(
            "bad_redemption_model",
            "The way of spending is not complete",
            detail=f"{name}, {place}: {first['msg']}.",
            remedy="Correct what it names, or leave it out.",
            field="redemptions",
        ) from None
