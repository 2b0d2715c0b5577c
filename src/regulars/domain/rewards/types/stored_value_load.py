"""Money on the account: points become stored value, to pay with like money that was paid in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from pydantic import Field

from regulars.domain.rewards.gifts import Gift, LoadValue
from regulars.domain.rewards.reward_type import RewardParameters, RewardType
from regulars.kernel.words import Money, Sentence


class StoredValueLoadParameters(RewardParameters):
    """amount: what comes onto the account, in the programme's currency. The rulebook needs stored value."""

    amount: Decimal = Field(gt=0, le=100_000, decimal_places=3, description="The money on the account")


class StoredValueLoad(RewardType):
    """500 points become 5.00 on the account. Undone while they are there: 5.00 go, and 500 points are back."""

    name = "stored_value_load"
    title = "Money on the account"
    Parameters = StoredValueLoadParameters

    def __init__(self, parameters: StoredValueLoadParameters) -> None:
        self._parameters = parameters

    def words(self, *, currency: str) -> Sentence:
        return Sentence("{amount} on your account", {"amount": Money(self._parameters.amount, currency)})

    def worth(self) -> Decimal | None:
        return self._parameters.amount

    def grants(self, *, today: date, choices: Mapping[str, str]) -> Sequence[Gift]:
        return [LoadValue(self._parameters.amount)]
