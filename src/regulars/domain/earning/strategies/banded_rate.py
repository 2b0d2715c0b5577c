"""Points at a rate that depends on the amount: bands, each with its own rate."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from pydantic import Field, field_validator

from regulars.domain.earning.contracts import Data
from regulars.domain.earning.example import Example, Happened
from regulars.domain.earning.needs import Need
from regulars.domain.earning.rounding import Exact
from regulars.domain.earning.strategy import Asked, EarnStrategy, StrategyParameters, Terms
from regulars.kernel.validation import complaint
from regulars.kernel.words import Money, Sentence, listing


class Band(StrategyParameters):
    """from_amount: where it begins; it ends where the next one begins. points: how many there, for every `per`."""

    from_amount: Decimal = Field(ge=0, le=1_000_000_000, decimal_places=4, description="Where the band begins")
    points: Decimal = Field(ge=0, le=1_000_000, decimal_places=4, description="How many points in this band")


class BandedRateParameters(StrategyParameters):
    """bands: in order. apply: `marginal`, each part at its own rate, or `whole`, all at the rate that is reached."""

    bands: tuple[Band, ...] = Field(min_length=1, max_length=50, description="The bands, the lowest first")
    per: Decimal = Field(
        default=Decimal(1), gt=0, le=1_000_000, decimal_places=4, description="For every so much money"
    )
    apply: Literal["marginal", "whole"] = Field(
        default="marginal",
        description="marginal: each part of the amount at its own rate; whole: all of it at the rate that it reaches",
    )

    @field_validator("bands")
    @classmethod
    def _in_order(cls, bands: tuple[Band, ...]) -> tuple[Band, ...]:
        for one, other in pairwise(bands):
            if other.from_amount == one.from_amount:
                problem = f"two bands begin at {one.from_amount}, so they overlap"
                raise complaint(problem, "Let every band begin at an amount of its own.")
            if other.from_amount < one.from_amount:
                problem = f"the band from {other.from_amount} stands after the one from {one.from_amount}"
                raise complaint(problem, "Write the bands in order, the lowest first.")
        if not any(band.points for band in bands):
            raise complaint("no band gives points", "Give at least one band more than 0 points.")
        return bands


class BandedRate(EarnStrategy):
    """1 point per 1.00, 2 from 50.00 and 3 from 100.00, marginal: an order of 145.90 earns 50 + 100 + 137.70 = 287.70.

    The same with `whole`: 145.90 reaches the band of 3, so all of it earns 3: 437.70. Exactly 50.00 is already in the
    band that begins there. Below the first band there are no points. With line conditions the matching lines count as
    if nothing else had been bought.
    """

    name = "banded_rate"
    title = "More points for larger amounts"
    Parameters = BandedRateParameters
    needs = "amount"
    need = Need.spending
    example = Example(
        {
            "bands": [
                {"from_amount": 0, "points": 1},
                {"from_amount": 50, "points": 2},
                {"from_amount": 100, "points": 3},
            ]
        },
        (Happened(amount="40.00"), Happened(amount="145.90")),
    )

    def __init__(self, parameters: BandedRateParameters) -> None:
        self._parameters = parameters

    def exact(self, asked: Asked) -> Exact:
        per = Fraction(self._parameters.per)
        return sum((Fraction(part) * Fraction(points) / per for part, points in self._parts(asked.amount)), Fraction())

    def inputs(self, asked: Asked) -> dict[str, Data]:
        return {"amount": str(asked.amount)}

    def words(self, terms: Terms) -> Sentence:
        bands: list[Sentence | str] = [
            Sentence(
                "{points} from {amount}",
                {"points": terms.points(band.points), "amount": Money(band.from_amount, terms.currency)},
            )
            for band in self._parameters.bands
        ]
        values = {"per": self._per(terms), "bands": listing(bands)}
        if self._parameters.apply == "whole":
            return Sentence("for every {per}: {bands}, all of it at the rate that it reaches", values)
        return Sentence("for every {per}: {bands}, each part at its own rate", values)

    def explain(self, inputs: dict[str, Data], terms: Terms) -> Sentence:
        parts: list[Sentence | str] = [
            Sentence(
                "{amount} at {points} for every {per}",
                {"amount": Money(part, terms.currency), "points": terms.points(points), "per": self._per(terms)},
            )
            for part, points in self._parts(Decimal(str(inputs["amount"])))
        ]
        return listing(parts or ["0"])

    def explain_nothing(self, inputs: dict[str, Data], terms: Terms) -> Sentence | None:
        amount = Money(Decimal(str(inputs["amount"])), terms.currency)
        first = next(band.from_amount for band in self._parameters.bands if band.points)
        values = {"amount": amount, "first": Money(first, terms.currency)}
        if first:
            return Sentence("what counts here came to {amount}, and points begin at {first}", values)
        return Sentence("what counts here came to {amount}, and points are for money", values)

    def _parts(self, amount: Decimal) -> Iterator[tuple[Decimal, Decimal]]:
        """(money, points for every `per`), from the lowest band up; nothing below the first band."""
        bands = self._parameters.bands
        reached = [band for band in bands if band.from_amount <= amount]
        if not reached:
            return
        if self._parameters.apply == "whole":
            yield amount, reached[-1].points
            return
        ends = [*(band.from_amount for band in reached[1:]), amount]
        for band, end in zip(reached, ends, strict=True):
            if end > band.from_amount:
                yield end - band.from_amount, band.points

    def _per(self, terms: Terms) -> Money:
        return Money(self._parameters.per, terms.currency)
