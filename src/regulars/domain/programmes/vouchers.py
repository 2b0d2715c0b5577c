"""What a rulebook says of several voucher codes on one order."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from regulars.domain.vouchers.arithmetic import Combining
from regulars.kernel.money import to_minor
from regulars.kernel.words import Money, Sentence

_MODES = {
    "initial": Sentence("every code counts on the order as it was"),
    "highest": Sentence("of several codes on one order, the one that gives most counts"),
}


class Vouchers(BaseModel):
    """combine: `sequential`, each code on what those before it left; `initial`, each on the order as it was; `highest`,
    only the one that gives most.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    combine: Literal["sequential", "initial", "highest"] = Field(
        default="sequential", description="How several codes on one order go together"
    )
    most_codes: int | None = Field(default=None, ge=1, le=20, description="So many codes count on one order")
    most_percent: Decimal | None = Field(
        default=None, gt=0, le=100, decimal_places=2, description="All codes of one order give at most so many percent"
    )
    most_amount: Decimal | None = Field(
        default=None,
        gt=0,
        le=1_000_000,
        decimal_places=3,
        description="All codes of one order give at most this much",
    )

    def combining(self, currency: str) -> Combining:
        """The policy in minor units."""
        most = None if self.most_amount is None else to_minor(self.most_amount, currency, field="vouchers.most_amount")
        return Combining(self.combine, self.most_codes, most, self.most_percent)

    def words(self, currency: str) -> tuple[Sentence, ...]:
        """What is unusual about it; nothing where codes go one after another."""
        return tuple(self._words(currency))

    def _words(self, currency: str) -> Iterator[Sentence]:
        if self.combine in _MODES:
            yield _MODES[self.combine]
        if self.most_codes is not None:
            yield Sentence("codes that count on one order: at most {codes}", {"codes": self.most_codes})
        if self.most_percent is not None:
            yield Sentence("all codes of an order together: at most {percent}% of it", {"percent": self.most_percent})
        if self.most_amount is not None:
            most = Money(self.most_amount, currency)
            yield Sentence("all codes of an order together: at most {most}", {"most": most})
