"""Points for money: so many points for every so much, on the order or on the lines that match."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from pydantic import Field

from regulars.domain.earning.contracts import Data
from regulars.domain.earning.example import Example, Happened
from regulars.domain.earning.needs import Need
from regulars.domain.earning.rounding import Exact
from regulars.domain.earning.strategy import Asked, EarnStrategy, StrategyParameters, Terms
from regulars.kernel.words import Money, Sentence

_SHORT = 6


class PointsPerAmountParameters(StrategyParameters):
    """points: how many; per: for every so much money, in the programme's currency."""

    points: Decimal = Field(gt=0, le=1_000_000, decimal_places=4, description="How many points")
    per: Decimal = Field(
        default=Decimal(1), gt=0, le=1_000_000, decimal_places=4, description="For every so much money"
    )


class PointsPerAmount(EarnStrategy):
    """1 point per 1.00: an order of 45.90 earns 45.90 before rounding, 45 after rounding down.

    1 point per 3.00: an order of 10.00 earns 3.33..., 3 after rounding down; one of 9.00 earns 3 exactly.
    """

    name = "points_per_amount"
    title = "Points for every amount spent"
    Parameters = PointsPerAmountParameters
    needs = "amount"
    need = Need.spending
    example = Example({"points": 1}, (Happened(amount="45.90"), Happened(amount="9.00")))

    def __init__(self, parameters: PointsPerAmountParameters) -> None:
        self._parameters = parameters
        self._rate = {places: _rate(parameters, places) for places in range(5)}

    def exact(self, asked: Asked) -> Exact:
        return asked.amount_minor * self._rate[asked.occurrence.places]

    def inputs(self, asked: Asked) -> dict[str, Data]:
        return {"amount": str(asked.amount)}

    def words(self, terms: Terms) -> Sentence:
        return Sentence(
            "{points} for every {amount}", {"points": terms.points(self._parameters.points), "amount": self._per(terms)}
        )

    def explain(self, inputs: dict[str, Data], terms: Terms) -> Sentence:
        return Sentence(
            "{amount} at {points} for every {per}",
            {
                "amount": Money(Decimal(str(inputs["amount"])), terms.currency),
                "points": terms.points(self._parameters.points),
                "per": self._per(terms),
            },
        )

    def explain_nothing(self, inputs: dict[str, Data], terms: Terms) -> Sentence | None:
        amount = Money(Decimal(str(inputs["amount"])), terms.currency)
        return Sentence("what counts here came to {amount}, and points are for money", {"amount": amount})

    def _per(self, terms: Terms) -> Money:
        return Money(self._parameters.per, terms.currency)


def _rate(parameters: PointsPerAmountParameters, places: int) -> Exact:
    """Points for one minor unit: a Decimal where it is exact and short, so that amount times rate is exact and fast."""
    exact = Fraction(parameters.points) / Fraction(parameters.per) / 10**places
    short = parameters.points / parameters.per.scaleb(places)
    return short if Fraction(short) == exact and len(short.normalize().as_tuple().digits) <= _SHORT else exact
