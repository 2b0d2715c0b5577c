"""The base class of reward types. One type is one file in `types/`, found by its name."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, ValidationError

from regulars.domain.rewards import types
from regulars.domain.vouchers.terms import VoucherTerms
from regulars.kernel.errors import Refusal
from regulars.kernel.registry import variants_in
from regulars.kernel.words import Sentence


class RewardParameters(BaseModel):
    """Base of every parameter model: no field is accepted that the model does not declare."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RewardType:
    """One kind of reward.

    name: how the catalogue calls it. title: how people call it. Parameters: its parameter model; form, API schema and
    documentation come from it. gives_voucher: whether granting makes a code.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    Parameters: ClassVar[type[RewardParameters]]
    gives_voucher: ClassVar[bool] = False

    def words(self, *, currency: str) -> Sentence:
        """What the member gets: '5.00 EUR off an order'."""
        raise NotImplementedError

    def worth(self) -> Decimal | None:
        """What it is worth in money, where that can be told without an order."""
        raise NotImplementedError

    def last_day(self, granted_on: date) -> date | None:
        """The last local day on which it can be used; None: for ever."""
        raise NotImplementedError

    def voucher_terms(self) -> VoucherTerms:
        """What the code gives on an order, of a type that gives one."""
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
