"""A discount voucher: so much money, or so many percent, off one order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from regulars.domain.rewards.gifts import Gift, IssueVoucher
from regulars.domain.rewards.reward_type import Lasting, RewardParameters, RewardType
from regulars.kernel.periods import parse_period
from regulars.kernel.words import Money, Sentence, listing


class DiscountVoucherParameters(RewardParameters):
    """amount or percent, exactly one; minimum_order: smallest order it works on; valid_for: '90 days' from granting.

    categories: off these alone; none: off everything. at_most: the most that a percentage takes off.
    """

    amount: Decimal | None = Field(default=None, gt=0, le=100_000, decimal_places=2, description="Money off the order")
    percent: Decimal | None = Field(default=None, gt=0, le=100, decimal_places=2, description="Percent off the order")
    minimum_order: Decimal = Field(default=Decimal(0), ge=0, le=1_000_000, description="Smallest order")
    categories: tuple[Annotated[str, StringConstraints(min_length=1, max_length=80)], ...] = Field(
        default=(), max_length=50, description="Only off these categories"
    )
    at_most: Decimal | None = Field(
        default=None, gt=0, le=100_000, decimal_places=2, description="At most so much money off"
    )
    valid_for: Lasting = Field(default="90 days", description="How long the code works, such as 90 days")

    @model_validator(mode="after")
    def _one_discount(self) -> DiscountVoucherParameters:
        if (self.amount is None) == (self.percent is None):
            raise ValueError("give either an amount or a percentage, and not both")
        if self.at_most is not None and self.percent is None:
            raise ValueError("at_most is for a percentage; an amount is never more than itself")
        return self


class DiscountVoucher(RewardType):
    """5.00 off an order from 20.00, valid for 90 days: granted on 1 March, the last day is 30 May.

    10 % off coffee and tea, at most 3.00: an order of 50.00, 20.00 of it coffee, costs 48.00.
    """

    name = "discount_voucher"
    title = "Discount voucher"
    Parameters = DiscountVoucherParameters

    def __init__(self, parameters: DiscountVoucherParameters) -> None:
        self._parameters = parameters

    def words(self, *, currency: str) -> Sentence:
        chosen = self._parameters
        off: object = Sentence("{percent}%", {"percent": chosen.percent}) if chosen.percent else None
        if chosen.amount is not None:
            off = Money(chosen.amount, currency)
        if chosen.categories:
            said = Sentence("{off} off {categories}", {"off": off, "categories": listing(list(chosen.categories))})
            if chosen.minimum_order:
                least = Money(chosen.minimum_order, currency)
                said = Sentence("{what}, in an order of at least {least}", {"what": said, "least": least})
        elif chosen.minimum_order:
            least = Money(chosen.minimum_order, currency)
            said = Sentence("{off} off an order of at least {least}", {"off": off, "least": least})
        else:
            said = Sentence("{off} off an order", {"off": off})
        if chosen.at_most is None:
            return said
        return Sentence("{what}, at most {most}", {"what": said, "most": Money(chosen.at_most, currency)})

    def worth(self) -> Decimal | None:
        return self._parameters.amount

    def grants(self, *, today: date, choices: Mapping[str, str]) -> Sequence[Gift]:
        chosen = self._parameters
        voucher = IssueVoucher(
            last_day=parse_period(chosen.valid_for).after(today),
            percent=chosen.percent,
            amount=chosen.amount,
            minimum_order=chosen.minimum_order,
            categories=chosen.categories,
            at_most=chosen.at_most,
        )
        return [voucher]
