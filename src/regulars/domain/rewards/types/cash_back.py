"""Cash-back: points become credit in a point type that counts money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from pydantic import Field

from regulars.domain.rewards.gifts import EarnMoney, Gift
from regulars.domain.rewards.reward_type import RewardParameters, RewardType
from regulars.kernel.words import Money, Sentence


class CashBackParameters(RewardParameters):
    """amount: the credit; point_type: the one that counts money, of the rulebook. It expires as that type does."""

    amount: Decimal = Field(gt=0, le=100_000, decimal_places=3, description="The credit in money")
    point_type: str = Field(
        default="cash", min_length=1, max_length=40, description="The points that count money, by their id"
    )


class CashBack(RewardType):
    """500 points become 5.00 of credit. Undone while the credit is there: 5.00 go, and 500 points are back."""

    name = "cash_back"
    title = "Cash-back credit"
    Parameters = CashBackParameters

    def __init__(self, parameters: CashBackParameters) -> None:
        self._parameters = parameters

    def words(self, *, currency: str) -> Sentence:
        return Sentence("{amount} of credit", {"amount": Money(self._parameters.amount, currency)})

    def worth(self) -> Decimal | None:
        return self._parameters.amount

    def grants(self, *, today: date, choices: Mapping[str, str]) -> Sequence[Gift]:
        return [EarnMoney(self._parameters.point_type, self._parameters.amount)]
