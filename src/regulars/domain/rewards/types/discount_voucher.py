"""A discount voucher: so much money, or so many percent, off one order."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import Field, field_validator, model_validator

from regulars.domain.rewards.reward_type import RewardParameters, RewardType
from regulars.domain.vouchers.terms import VoucherTerms
from regulars.kernel.periods import parse_period
from regulars.kernel.words import Money, Sentence


class DiscountVoucherParameters(RewardParameters):
    """amount or percent, exactly one; minimum_order: smallest order it works on; valid_for: '90 days' from granting."""

    amount: Decimal | None = Field(default=None, gt=0, le=100_000, decimal_places=2, description="Money off the order")
    percent: Decimal | None = Field(default=None, gt=0, le=100, decimal_places=2, description="Percent off the order")
    minimum_order: Decimal = Field(default=Decimal(0), ge=0, le=1_000_000, description="Smallest order")
    valid_for: str = Field(default="90 days", description="How long the code works, such as 90 days")

    @field_validator("valid_for")
    @classmethod
    def _is_period(cls, value: str) -> str:
        parse_period(value, field="parameters.valid_for")
        return value

    @model_validator(mode="after")
    def _one_discount(self) -> DiscountVoucherParameters:
        if (self.amount is None) == (self.percent is None):
            raise ValueError("give either an amount or a percentage, and not both")
        return self


class DiscountVoucher(RewardType):
    """5.00 off an order from 20.00, valid for 90 days: granted on 1 March, the last day is 30 May."""

    name = "discount_voucher"
    title = "Discount voucher"
    Parameters = DiscountVoucherParameters
    gives_voucher = True

    def __init__(self, parameters: DiscountVoucherParameters) -> None:
        self._parameters = parameters

    def words(self, *, currency: str) -> Sentence:
        chosen = self._parameters
        off: object = Sentence("{percent}%", {"percent": chosen.percent}) if chosen.percent else None
        if chosen.amount is not None:
            off = Money(chosen.amount, currency)
        if chosen.minimum_order:
            least = Money(chosen.minimum_order, currency)
            return Sentence("{off} off an order of at least {least}", {"off": off, "least": least})
        return Sentence("{off} off an order", {"off": off})

    def worth(self) -> Decimal | None:
        return self._parameters.amount

    def last_day(self, granted_on: date) -> date | None:
        return parse_period(self._parameters.valid_for).after(granted_on)

    def voucher_terms(self) -> VoucherTerms:
        chosen = self._parameters
        return VoucherTerms(amount=chosen.amount, percent=chosen.percent, minimum_order=chosen.minimum_order)
