"""Points for articles: so many points for every item, of all lines or of the lines that match."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from regulars.domain.earning.contracts import Data
from regulars.domain.earning.example import Bought, Example, Happened, Word
from regulars.domain.earning.needs import Need
from regulars.domain.earning.rounding import Exact, product
from regulars.domain.earning.strategy import Asked, EarnStrategy, StrategyParameters, Terms
from regulars.kernel.words import Sentence


class PointsPerItemParameters(StrategyParameters):
    """points: how many for each item."""

    points: Decimal = Field(gt=0, le=1_000_000, decimal_places=4, description="How many points for each item")


class PointsPerItem(EarnStrategy):
    """5 points per item: 2 coffees and 1 cake are 3 items and earn 15.

    Whole items count, line by line: 2.5 counts as 2, and 0.75 kg of cheese as nothing. Two lines of 0.5 are two halves,
    not one item, so splitting or joining lines can matter; a rule for things sold by weight counts money instead.
    """

    name = "points_per_item"
    title = "Points for every item bought"
    Parameters = PointsPerItemParameters
    needs = "lines"
    need = Need.spending
    example = Example({"points": 5}, (Happened((Bought(Word("coffee"), "6.40", 2), Bought(Word("cake"), "3.80"))),))

    def __init__(self, parameters: PointsPerItemParameters) -> None:
        self._parameters = parameters

    def exact(self, asked: Asked) -> Exact:
        return product(self._parameters.points, Decimal(_items(asked)))

    def inputs(self, asked: Asked) -> dict[str, Data]:
        return {"items": _items(asked)}

    def words(self, terms: Terms) -> Sentence:
        return Sentence("{points} for every item", {"points": terms.points(self._parameters.points)})

    def explain(self, inputs: dict[str, Data], terms: Terms) -> Sentence:
        values = {"items": int(str(inputs["items"])), "points": terms.points(self._parameters.points)}
        if values["items"] == 1:
            return Sentence("1 item at {points} each", values)
        return Sentence("{items} items at {points} each", values)

    def explain_nothing(self, inputs: dict[str, Data], terms: Terms) -> Sentence | None:
        return Sentence("there was no whole item to count")


def _items(asked: Asked) -> int:
    return sum([int(line.quantity) for line in asked.matching if line.quantity >= 1])
