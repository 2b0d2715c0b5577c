"""Less to pay, always: a share of the price, or an amount."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field, model_validator

from regulars.domain.tiers.benefit import Benefit
from regulars.kernel.validation import complaint
from regulars.kernel.words import Money, Sentence


class Discount(Benefit):
    """5 % off, or 2.00 off every order; the shop takes it off at its checkout.

    percent, amount: one of the two. amount is in the programme's currency.
    """

    name = "discount"

    percent: Decimal | None = Field(default=None, gt=0, le=100, decimal_places=2)
    amount: Decimal | None = Field(default=None, gt=0, le=1_000_000, decimal_places=4)

    @model_validator(mode="after")
    def _one_of_both(self) -> Discount:
        if (self.percent is None) == (self.amount is None):
            raise complaint("a discount is a share or an amount", "Write either percent or amount.")
        return self

    def words(self, *, currency: str) -> Sentence:
        if self.percent is not None:
            return Sentence("{percent} % off everything", {"percent": self.percent.normalize()})
        return Sentence("{amount} off every order", {"amount": Money(self.amount or Decimal(0), currency)})
