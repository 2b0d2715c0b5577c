"""Delivery that costs nothing, from an order's amount on."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from regulars.domain.tiers.benefit import Benefit
from regulars.kernel.words import Money, Sentence


class FreeShipping(Benefit):
    """Free delivery for orders of 25.00 or more; of any amount where no threshold is stated.

    threshold: in the programme's currency.
    """

    name = "free_shipping"

    threshold: Decimal = Field(default=Decimal(0), ge=0, le=1_000_000, decimal_places=4)

    def words(self, *, currency: str) -> Sentence:
        if self.threshold == 0:
            return Sentence("Free delivery")
        return Sentence("Free delivery from {amount}", {"amount": Money(self.threshold, currency)})
