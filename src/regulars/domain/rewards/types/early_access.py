"""Early access: the member may come to a sale, a drop or an opening before others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from pydantic import Field, model_validator

from regulars.domain.rewards.gifts import Gift, Window
from regulars.domain.rewards.reward_type import RewardParameters, RewardType
from regulars.kernel.words import Sentence


class EarlyAccessParameters(RewardParameters):
    """what: to what; first_day, last_day: from when until when members may; link: where it is."""

    what: str = Field(min_length=1, max_length=120, description="Early access to what")
    first_day: date = Field(description="First day for members")
    last_day: date = Field(description="Last day before others may")
    link: str = Field(default="", max_length=500, pattern=r"^(https://\S+)?$", description="A link to it")

    @model_validator(mode="after")
    def _in_order(self) -> EarlyAccessParameters:
        if self.last_day < self.first_day:
            raise ValueError("the last day is before the first")
        return self


class EarlyAccess(RewardType):
    """The summer collection from 1 to 3 June, while others wait until 4 June."""

    name = "early_access"
    title = "Early access"
    Parameters = EarlyAccessParameters

    def __init__(self, parameters: EarlyAccessParameters) -> None:
        self._parameters = parameters

    def words(self, *, currency: str) -> Sentence:
        chosen = self._parameters
        return Sentence(
            "Early access to {what}, {first} to {last}",
            {"what": chosen.what, "first": chosen.first_day, "last": chosen.last_day},
        )

    def worth(self) -> Decimal | None:
        return None

    def grants(self, *, today: date, choices: Mapping[str, str]) -> Sequence[Gift]:
        chosen = self._parameters
        return [Window(chosen.what, chosen.first_day, chosen.last_day, link=chosen.link)]
