"""Free shipping: one order is sent for nothing, against a code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from pydantic import Field

from regulars.domain.rewards.gifts import Gift, IssueVoucher
from regulars.domain.rewards.reward_type import Lasting, RewardParameters, RewardType
from regulars.kernel.periods import parse_period
from regulars.kernel.words import Money, Sentence


class FreeShippingParameters(RewardParameters):
    """minimum_order: smallest order it works on; valid_for: '90 days' from granting; worth: what sending costs."""

    minimum_order: Decimal = Field(default=Decimal(0), ge=0, le=1_000_000, description="Smallest order")
    worth: Decimal | None = Field(default=None, gt=0, le=100_000, decimal_places=2, description="What sending costs")
    valid_for: Lasting = Field(default="90 days", description="How long the code works, such as 90 days")


class FreeShipping(RewardType):
    """An order from 20.00 is sent for nothing, within 90 days: granted on 1 March, the last day is 30 May."""

    name = "free_shipping"
    title = "Free shipping"
    Parameters = FreeShippingParameters

    def __init__(self, parameters: FreeShippingParameters) -> None:
        self._parameters = parameters

    def words(self, *, currency: str) -> Sentence:
        if self._parameters.minimum_order:
            least = Money(self._parameters.minimum_order, currency)
            return Sentence("Free shipping for an order of at least {least}", {"least": least})
        return Sentence("Free shipping for an order")

    def worth(self) -> Decimal | None:
        return self._parameters.worth

    def grants(self, *, today: date, choices: Mapping[str, str]) -> Sequence[Gift]:
        chosen = self._parameters
        last_day = parse_period(chosen.valid_for).after(today)
        return [IssueVoucher(last_day=last_day, minimum_order=chosen.minimum_order, free_shipping=True)]
