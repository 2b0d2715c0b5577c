"""A fixed bonus: so many points, once for every event that fulfils the rule's conditions."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from regulars.domain.earning.contracts import Data
from regulars.domain.earning.example import Example, Happened, Word
from regulars.domain.earning.needs import Need
from regulars.domain.earning.strategy import Asked, EarnStrategy, StrategyParameters, Terms
from regulars.kernel.words import Sentence


class FixedBonusParameters(StrategyParameters):
    """points: how many, whole."""

    points: int = Field(gt=0, le=1_000_000_000, description="How many points")


class FixedBonus(EarnStrategy):
    """100 points on `member.enrolled`: whoever joins gets 100, once, because one joins once.

    On `order` it is for the order, not for each line: 50 points with line conditions gives 50 when one line matches and
    50 when seven do.
    """

    name = "fixed_bonus"
    title = "A fixed number of points"
    Parameters = FixedBonusParameters
    need = Need.joining
    example = Example(
        {"points": 100}, (Happened(type="member.enrolled", what=Word("the member joins")),), on="member.enrolled"
    )

    def __init__(self, parameters: FixedBonusParameters) -> None:
        self._parameters = parameters
        self._points = Decimal(parameters.points)

    def exact(self, asked: Asked) -> Decimal:
        # A multiplier may ask for lines that this rule did not match: for none of them it gives nothing.
        return Decimal(0) if asked.lines is not None and not asked.lines else self._points

    def inputs(self, asked: Asked) -> dict[str, Data]:
        return {}

    def words(self, terms: Terms) -> Sentence:
        return Sentence("a bonus of {points}", {"points": terms.points(self._parameters.points)})

    def explain(self, inputs: dict[str, Data], terms: Terms) -> Sentence:
        return Sentence("a bonus of {points}", {"points": terms.points(self._parameters.points)})
