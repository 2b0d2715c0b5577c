"""A donation: the merchant gives money to a charity that the member chooses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from regulars.domain.rewards.gifts import Choice, Donation, Gift
from regulars.domain.rewards.reward_type import RewardParameters, RewardType
from regulars.kernel.words import Money, Sentence, listing

_SHOWN = 3


class CharityDonationParameters(RewardParameters):
    """amount: what is given; charities: whom to, of which the member chooses one."""

    amount: Decimal = Field(gt=0, le=100_000, decimal_places=2, description="What is given")
    charities: tuple[Annotated[str, StringConstraints(min_length=1, max_length=80)], ...] = Field(
        min_length=1, max_length=50, description="The charities, of which one is chosen"
    )

    @model_validator(mode="after")
    def _different(self) -> CharityDonationParameters:
        if len(set(self.charities)) < len(self.charities):
            raise ValueError("two charities have the same name")
        return self


class CharityDonation(RewardType):
    """200 points become 2.00 for the animal shelter. Two members chose it: 4.00 are to be passed on."""

    name = "charity_donation"
    title = "Donation"
    Parameters = CharityDonationParameters

    def __init__(self, parameters: CharityDonationParameters) -> None:
        self._parameters = parameters

    def words(self, *, currency: str) -> Sentence:
        names: list[Sentence | str] = list(self._parameters.charities)
        amount = Money(self._parameters.amount, currency)
        if len(names) > _SHOWN:
            return Sentence("{amount} for a charity of your choice", {"amount": amount})
        return Sentence("{amount} for {charities}", {"amount": amount, "charities": listing(names, last="or")})

    def worth(self) -> Decimal | None:
        return self._parameters.amount

    def asks(self) -> Sequence[Choice]:
        options = self._parameters.charities
        return [Choice("charity", Sentence("For whom?"), options)] if len(options) > 1 else []

    def grants(self, *, today: date, choices: Mapping[str, str]) -> Sequence[Gift]:
        return [Donation(choices.get("charity") or self._parameters.charities[0], self._parameters.amount)]
