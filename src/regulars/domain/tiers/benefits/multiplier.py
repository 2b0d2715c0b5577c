"""More points for everything: the strategy `tier_multiplier` reads the factor."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from regulars.domain.tiers.benefit import Benefit
from regulars.kernel.words import Sentence


class Multiplier(Benefit):
    """Gold earns 1.25 times the points. An earn rule with the strategy tier_multiplier gives the extra.

    factor: how many times.
    """

    name = "multiplier"

    factor: Decimal = Field(gt=1, le=100, decimal_places=4)

    def words(self, *, currency: str) -> Sentence:
        return Sentence("{factor} times the points", {"factor": self.factor.normalize()})

    def earn_factor(self) -> Decimal | None:
        return self.factor
