"""A multiplier: the points of another rule, several times. Gives only the extra, as an entry of its own."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from regulars.domain.earning.contracts import Data
from regulars.domain.earning.example import Bought, Example, Happened, Word
from regulars.domain.earning.needs import Need
from regulars.domain.earning.rounding import Exact, exact_text, product, shown
from regulars.domain.earning.strategy import Asked, EarnStrategy, StrategyParameters, Terms
from regulars.kernel.words import Sentence


class MultiplierParameters(StrategyParameters):
    """factor: 2 doubles; of: id of the rule whose points are multiplied, on the same lines."""

    factor: Decimal = Field(gt=1, le=100, decimal_places=4, description="How many times the points")
    of: str = Field(min_length=1, max_length=60, description="The id of the rule whose points are multiplied")


class Multiplier(EarnStrategy):
    """Double points on coffee: 12.40 of the order is coffee, the base rule gives 12.40 for it, this gives 12.40 more.

    Several multipliers of one rule add their extras: times 2 and times 3 together give the base, 1 more and 2 more, so
    four times. The exact points of the base are multiplied, before its rounding.
    """

    name = "multiplier"
    title = "Multiply the points of another rule"
    Parameters = MultiplierParameters
    after_others = True
    need = Need.more
    example = Example(
        {"factor": 2, "of": "base"},
        (Happened((Bought(Word("coffee"), "12.40"), Bought(Word("cake"), "3.80"))),),
        lines={"field": "line.category", "is": Word("coffee")},
    )

    def __init__(self, parameters: MultiplierParameters) -> None:
        self._parameters = parameters
        self._extra = parameters.factor - 1

    def exact(self, asked: Asked) -> Exact:
        return product(self._base(asked), self._extra)

    def inputs(self, asked: Asked) -> dict[str, Data]:
        return {"base": exact_text(self._base(asked))}

    def words(self, terms: Terms) -> Sentence:
        return Sentence("{factor} times the points of “{rule}”", self._values(terms))

    def explain(self, inputs: dict[str, Data], terms: Terms) -> Sentence:
        values = self._values(terms) | {"base": shown(Decimal(str(inputs["base"])))}
        return Sentence("the extra of {factor} times the {base} points of “{rule}”", values)

    def explain_nothing(self, inputs: dict[str, Data], terms: Terms) -> Sentence | None:
        return Sentence("“{rule}” gave nothing here that could be multiplied", self._values(terms))

    def _base(self, asked: Asked) -> Exact:
        other = asked.others.get(self._parameters.of)
        return Decimal(0) if other is None else other(asked.lines)

    def _values(self, terms: Terms) -> dict[str, object]:
        rule = self._parameters.of
        return {"factor": self._parameters.factor, "rule": terms.rule_names.get(rule, rule)}
