"""Cash-back: a share of the money, as money, into a point type that counts money."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from regulars.domain.earning.contracts import Data
from regulars.domain.earning.example import Example, Happened
from regulars.domain.earning.needs import Need
from regulars.domain.earning.rounding import Exact, product
from regulars.domain.earning.strategy import Asked, EarnStrategy, StrategyParameters, Terms
from regulars.kernel.words import Money, Sentence


class CashBackParameters(StrategyParameters):
    """percent: of the money that was paid."""

    percent: Decimal = Field(gt=0, le=100, decimal_places=4, description="How much of what was paid, in percent")


class CashBack(EarnStrategy):
    """3 % back: an order of 45.90 gives 1.377, that is 137.7 cents, and 1.37 after rounding down.

    The point type counts money (`unit: money`): its points are cents of the programme's currency, or whatever its
    smallest unit is, and are shown as money everywhere. Rounding is to that smallest unit, and once for each order.
    """

    name = "cash_back"
    title = "Money back"
    Parameters = CashBackParameters
    needs = "amount"
    gives_money = True
    need = Need.spending
    example = Example({"percent": 3}, (Happened(amount="45.90"), Happened(amount="9.00")))

    def __init__(self, parameters: CashBackParameters) -> None:
        self._parameters = parameters
        self._share = parameters.percent.scaleb(-2)

    def exact(self, asked: Asked) -> Exact:
        return product(Decimal(asked.amount_minor), self._share)

    def inputs(self, asked: Asked) -> dict[str, Data]:
        return {"amount": str(asked.amount)}

    def words(self, terms: Terms) -> Sentence:
        return Sentence("{percent} % of what you pay, as money", {"percent": self._parameters.percent})

    def explain(self, inputs: dict[str, Data], terms: Terms) -> Sentence:
        amount = Money(Decimal(str(inputs["amount"])), terms.currency)
        return Sentence("{percent} % of {amount}", {"percent": self._parameters.percent, "amount": amount})

    def explain_nothing(self, inputs: dict[str, Data], terms: Terms) -> Sentence | None:
        amount = Money(Decimal(str(inputs["amount"])), terms.currency)
        return Sentence("what counts here came to {amount}, and points are for money", {"amount": amount})
