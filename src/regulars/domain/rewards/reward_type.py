"""The base class of reward types. One type is one file in `types/`, found by its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from regulars.domain.rewards import types
from regulars.domain.rewards.gifts import Choice, Gift
from regulars.kernel.errors import Refusal
from regulars.kernel.periods import parse_period
from regulars.kernel.registry import variants_in
from regulars.kernel.words import Sentence


class RewardParameters(BaseModel):
    """Base of every parameter model: no field is accepted that the model does not declare."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _is_period(value: str) -> str:
    parse_period(value, field="parameters.valid_for")
    return value


Lasting = Annotated[str, AfterValidator(_is_period)]
"""How long something lasts, such as '90 days'."""


class RewardType:
    """One kind of reward.

    name: how the catalogue calls it. title: how people call it. Parameters: its parameter model; form, API schema and
    documentation come from it.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    Parameters: ClassVar[type[RewardParameters]]

    def words(self, *, currency: str) -> Sentence:
        """What the member gets: '5.00 EUR off an order'."""
        raise NotImplementedError

    def worth(self) -> Decimal | None:
        """What it is worth in money, where that can be told without an order."""
        raise NotImplementedError

    def asks(self) -> Sequence[Choice]:
        """What the member chooses when redeeming; nothing for most types."""
        return ()

    def grants(self, *, today: date, choices: Mapping[str, str]) -> Sequence[Gift]:
        """What granting gives on the local day `today`. choices: an answer for each of `asks`."""
        raise NotImplementedError


@cache
def reward_types() -> dict[str, type[RewardType]]:
    """Every reward type in the folder, by name."""
    return variants_in(types, RewardType)


def reward_type(name: str, parameters: dict[str, Any]) -> RewardType:
    """A type with its parameters. Raises Refusal for an unknown name or parameters that do not fit."""
    chosen = reward_types().get(name)
    if chosen is None:
        raise Refusal(
            "unknown_reward_type",
            "This reward type does not exist",
            detail=f"{name!r} is not a reward type.",
            remedy=f"Choose one of {', '.join(sorted(reward_types()))}.",
            field="type",
        )
    try:
        checked = chosen.Parameters(**parameters)
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(part) for part in first["loc"])
        raise Refusal(
            "bad_reward_parameters",
            "The reward cannot be made like this",
            detail=f"{path or 'parameters'}: {first['msg']}.",
            remedy="Correct the value; the documentation of the reward type lists what it takes.",
            field=f"parameters.{path}" if path else "parameters",
        ) from None
    return chosen(checked)  # type: ignore[call-arg]  # every type takes its own parameter model


def answered(kind: RewardType, choices: Mapping[str, str]) -> dict[str, str]:
    """An answer for each question of the type. Raises Refusal for one that is missing, unknown, or no option.

    Where there is but one option, nobody has to say it.
    """
    asked = {each.name: each for each in kind.asks()}
    for name in choices:
        if name not in asked:
            raise Refusal(
                "choice_unknown",
                "The reward does not ask this",
                detail=f"{name[:60]!r} was answered, and the reward asks {', '.join(sorted(asked)) or 'nothing'}.",
                remedy="Leave it out.",
                field="choices",
            )
    given = {}
    for name, each in asked.items():
        answer = choices.get(name) or (each.options[0] if len(each.options) == 1 else "")
        if answer not in each.options:
            known = ", ".join(each.options)
            raise Refusal(
                "choice_missing",
                "Something is to be chosen",
                detail=f"{answer[:60]!r} is none of the choices of {name!r}." if answer else f"{name!r} is not chosen.",
                remedy=f"Choose one of {known}.",
                field=f"choices.{name}",
            )
        given[name] = answer
    return given
