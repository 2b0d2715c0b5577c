"""A lucky draw: the points of another rule, as many times as the draw says. The odds are published."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field, field_validator

from regulars.domain.earning.contracts import Data
from regulars.domain.earning.drawing import Chance, Seed, check_chances, chosen, draw, one_of_odds
from regulars.domain.earning.example import Example, Happened
from regulars.domain.earning.needs import Need
from regulars.domain.earning.rounding import Exact, exact_text, product, shown
from regulars.domain.earning.strategy import Asked, EarnStrategy, StrategyParameters, Terms
from regulars.kernel.words import Sentence, listing


class Factor(StrategyParameters):
    """factor: 1 gives nothing more; chance: of 1."""

    factor: Decimal = Field(ge=1, le=100, decimal_places=4, description="How many times the points")
    chance: Chance


class RandomMultiplierParameters(StrategyParameters):
    """of: id of the rule whose points are multiplied. odds: what can come out, chances that make 1. seed: of draws."""

    of: str = Field(min_length=1, max_length=60, description="The id of the rule whose points are multiplied")
    odds: tuple[Factor, ...] = Field(min_length=2, max_length=20, description="What can come out, and how likely it is")
    seed: Seed

    @field_validator("odds")
    @classmethod
    def _come_to_one(cls, odds: tuple[Factor, ...]) -> tuple[Factor, ...]:
        check_chances([each.chance for each in odds])
        return odds


class RandomMultiplier(EarnStrategy):
    """2 times with a chance of 0.25, otherwise 1 time: of four orders about one earns double, as an extra entry.

    The draw is a number from 0 up to 1 that comes from the event's id, the rule and the published seed, so it can be
    repeated by anybody: 0.182913 lies within the first 0.25, and doubles. The same event never draws a second time.
    """

    name = "random_multiplier"
    title = "Multiply points by a draw"
    Parameters = RandomMultiplierParameters
    after_others = True
    need = Need.playing
    example = Example(
        {"of": "base", "seed": "2026", "odds": [{"factor": 2, "chance": 0.25}, {"factor": 1, "chance": 0.75}]},
        tuple(Happened(amount="10.00", day=day) for day in range(4)),
    )

    def __init__(self, parameters: RandomMultiplierParameters) -> None:
        self._parameters = parameters
        self._chances = [each.chance for each in parameters.odds]

    def exact(self, asked: Asked) -> Exact:
        return product(self._base(asked), self._factor(self._drawn(asked)) - 1)

    def inputs(self, asked: Asked) -> dict[str, Data]:
        return {"draw": str(self._drawn(asked)), "base": exact_text(self._base(asked))}

    def words(self, terms: Terms) -> Sentence:
        values = {"rule": self._rule(terms), "odds": self._odds()}
        return Sentence("by a draw, the points of “{rule}”: {odds}", values)

    def explain(self, inputs: dict[str, Data], terms: Terms) -> Sentence:
        values = self._values(inputs, terms) | {"base": shown(Decimal(str(inputs["base"])))}
        text = "the draw {draw} (odds: {odds}) makes the extra of {factor} times the {base} points of “{rule}”, which"
        return Sentence(text, values)

    def explain_nothing(self, inputs: dict[str, Data], terms: Terms) -> Sentence | None:
        if Decimal(str(inputs["base"])) <= 0:
            return Sentence("“{rule}” gave nothing here that could be multiplied", {"rule": self._rule(terms)})
        return Sentence("the draw {draw} (odds: {odds}) gave nothing extra", self._values(inputs, terms))

    def _drawn(self, asked: Asked) -> Decimal:
        return draw(event=asked.occurrence.id, rule=asked.rule, seed=self._parameters.seed)

    def _factor(self, drawn: Decimal) -> Decimal:
        return self._parameters.odds[chosen(drawn, self._chances)].factor

    def _base(self, asked: Asked) -> Exact:
        other = asked.others.get(self._parameters.of)
        return Decimal(0) if other is None else other(asked.lines)

    def _rule(self, terms: Terms) -> str:
        return terms.rule_names.get(self._parameters.of, self._parameters.of)

    def _odds(self) -> Sentence:
        said: list[Sentence | str] = [
            one_of_odds(Sentence("{factor} times", {"factor": each.factor}), each.chance)
            for each in self._parameters.odds
        ]
        return listing(said, last="or")

    def _values(self, inputs: dict[str, Data], terms: Terms) -> dict[str, object]:
        drawn = str(inputs["draw"])
        factor = self._factor(Decimal(drawn))
        return {"draw": drawn, "odds": self._odds(), "factor": factor, "rule": self._rule(terms)}
