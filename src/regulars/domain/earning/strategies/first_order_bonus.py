"""A bonus for the first order of a member."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from regulars.domain.earning.conditions import Comparison
from regulars.domain.earning.contracts import Data
from regulars.domain.earning.example import Example, Happened
from regulars.domain.earning.needs import Need
from regulars.domain.earning.strategy import Asked, EarnStrategy, StrategyParameters, Terms
from regulars.kernel.words import Sentence


class FirstOrderBonusParameters(StrategyParameters):
    """points: how many, whole."""

    points: int = Field(gt=0, le=1_000_000_000, description="How many points")


class FirstOrderBonus(EarnStrategy):
    """200 points for the first order: a member without earlier orders gets 200, with 1 or more earlier orders 0.

    First is the first that Regulars counted: an older order that arrives later does not give it a second time.
    """

    name = "first_order_bonus"
    title = "A bonus for the first order"
    Parameters = FirstOrderBonusParameters
    triggers = frozenset({"order"})
    once_in_a_life = True
    requires = Comparison.model_validate({"field": "member.orders", "is": 0})
    need = Need.joining
    example = Example({"points": 200}, (Happened(amount="20.00"), Happened(amount="35.00", day=3)))

    def __init__(self, parameters: FirstOrderBonusParameters) -> None:
        self._parameters = parameters
        self._points = Decimal(parameters.points)

    def exact(self, asked: Asked) -> Decimal:
        if asked.member.orders != 0 or (asked.lines is not None and not asked.lines):
            return Decimal(0)
        return self._points

    def inputs(self, asked: Asked) -> dict[str, Data]:
        return {"orders": asked.member.orders}

    def words(self, terms: Terms) -> Sentence:
        return Sentence("a bonus of {points} for the first order", {"points": terms.points(self._parameters.points)})

    def explain(self, inputs: dict[str, Data], terms: Terms) -> Sentence:
        return Sentence("a bonus of {points} for the first order", {"points": terms.points(self._parameters.points)})

    def explain_nothing(self, inputs: dict[str, Data], terms: Terms) -> Sentence | None:
        return Sentence("this is for the first order, and this was order {position}", {"position": _position(inputs)})


def _position(inputs: dict[str, Data]) -> int:
    return int(str(inputs["orders"])) + 1
