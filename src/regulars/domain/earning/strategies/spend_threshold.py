"""Points for an order that is large enough, once or for every time that it reaches the amount."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from regulars.domain.earning.contracts import Data
from regulars.domain.earning.example import Example, Happened
from regulars.domain.earning.needs import Need
from regulars.domain.earning.rounding import Exact
from regulars.domain.earning.strategy import Asked, EarnStrategy, StrategyParameters, Terms
from regulars.kernel.words import Money, Sentence


class SpendThresholdParameters(StrategyParameters):
    """points: how many. amount: from so much money. for_each: once more for every further full amount."""

    points: int = Field(gt=0, le=1_000_000_000, description="How many points")
    amount: Decimal = Field(gt=0, le=1_000_000_000, decimal_places=4, description="From so much money on")
    for_each: bool = Field(default=False, strict=True, description="Once for every full amount, and not only once")


class SpendThreshold(EarnStrategy):
    """50 points from 100.00: an order of 99.99 earns nothing, one of 100.00 earns 50, and one of 350.00 earns 50.

    With `for_each: true` the order of 350.00 holds 100.00 three times, and earns 150. What is left over, 50.00 here, is
    not carried on to the next order.
    """

    name = "spend_threshold"
    title = "Points from a certain amount"
    Parameters = SpendThresholdParameters
    needs = "amount"
    need = Need.spending
    example = Example(
        {"points": 50, "amount": 100}, (Happened(amount="99.99"), Happened(amount="100.00"), Happened(amount="350.00"))
    )

    def __init__(self, parameters: SpendThresholdParameters) -> None:
        self._parameters = parameters

    def exact(self, asked: Asked) -> Exact:
        return Decimal(self._parameters.points * self._times(asked.amount))

    def inputs(self, asked: Asked) -> dict[str, Data]:
        return {"amount": str(asked.amount)}

    def words(self, terms: Terms) -> Sentence:
        if self._parameters.for_each:
            return Sentence("{points} for each full {amount}", self._values(terms))
        return Sentence("{points} from {amount}", self._values(terms))

    def explain(self, inputs: dict[str, Data], terms: Terms) -> Sentence:
        spent = Decimal(str(inputs["amount"]))
        values = self._values(terms) | {"spent": Money(spent, terms.currency), "times": self._times(spent)}
        if self._parameters.for_each:
            return Sentence("{spent} holds {amount} {times} times, at {points} each", values)
        return Sentence("{spent} is {amount} or more, which", values)

    def explain_nothing(self, inputs: dict[str, Data], terms: Terms) -> Sentence | None:
        spent = Money(Decimal(str(inputs["amount"])), terms.currency)
        values = self._values(terms) | {"spent": spent}
        return Sentence("what counts here came to {spent}, and the points are from {amount}", values)

    def _times(self, amount: Decimal) -> int:
        times = int(amount // self._parameters.amount) if amount > 0 else 0
        return times if self._parameters.for_each else min(times, 1)

    def _values(self, terms: Terms) -> dict[str, object]:
        amount = Money(self._parameters.amount, terms.currency)
        return {"points": terms.points(self._parameters.points), "amount": amount}
