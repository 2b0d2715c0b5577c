"""A lucky draw: a number of points by chance, with published odds."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field, field_validator

from regulars.domain.earning.contracts import Data
from regulars.domain.earning.drawing import Chance, Seed, check_chances, chosen, draw, one_of_odds
from regulars.domain.earning.example import Example, Happened
from regulars.domain.earning.needs import Need
from regulars.domain.earning.rounding import Exact
from regulars.domain.earning.strategy import Asked, EarnStrategy, StrategyParameters, Terms
from regulars.kernel.words import Sentence, listing


class Prize(StrategyParameters):
    """points: 0 is a blank; chance: of 1."""

    points: int = Field(ge=0, le=1_000_000_000, description="How many points")
    chance: Chance


class LuckyPointsParameters(StrategyParameters):
    """odds: what can come out, chances that make 1. seed: where the draws come from."""

    odds: tuple[Prize, ...] = Field(min_length=2, max_length=20, description="What can come out, and how likely it is")
    seed: Seed

    @field_validator("odds")
    @classmethod
    def _come_to_one(cls, odds: tuple[Prize, ...]) -> tuple[Prize, ...]:
        check_chances([each.chance for each in odds])
        return odds


class LuckyPoints(EarnStrategy):
    """100 points with a chance of 0.1, 10 with 0.4, otherwise none: the draw 0.482913 lies in the second part, so 10.

    The draw is a number from 0 up to 1 that comes from the event's id, the rule and the published seed, so it can be
    repeated by anybody. The same event never draws a second time.
    """

    name = "lucky_points"
    title = "Points by a draw"
    Parameters = LuckyPointsParameters
    need = Need.playing
    example = Example(
        {
            "seed": "2026",
            "odds": [{"points": 100, "chance": 0.1}, {"points": 10, "chance": 0.4}, {"points": 0, "chance": 0.5}],
        },
        tuple(Happened(amount="10.00", day=day) for day in range(4)),
    )

    def __init__(self, parameters: LuckyPointsParameters) -> None:
        self._parameters = parameters
        self._chances = [each.chance for each in parameters.odds]

    def exact(self, asked: Asked) -> Exact:
        return Decimal(0) if asked.lines is not None and not asked.lines else self._points(self._drawn(asked))

    def inputs(self, asked: Asked) -> dict[str, Data]:
        return {"draw": str(self._drawn(asked))}

    def words(self, terms: Terms) -> Sentence:
        return Sentence("by a draw: {odds}", {"odds": self._odds(terms)})

    def explain(self, inputs: dict[str, Data], terms: Terms) -> Sentence:
        return Sentence("the draw {draw} (odds: {odds})", {"draw": str(inputs["draw"]), "odds": self._odds(terms)})

    def explain_nothing(self, inputs: dict[str, Data], terms: Terms) -> Sentence | None:
        values = {"draw": str(inputs["draw"]), "odds": self._odds(terms)}
        return Sentence("the draw {draw} (odds: {odds}) was a blank", values)

    def _drawn(self, asked: Asked) -> Decimal:
        return draw(event=asked.occurrence.id, rule=asked.rule, seed=self._parameters.seed)

    def _points(self, drawn: Decimal) -> Decimal:
        return Decimal(self._parameters.odds[chosen(drawn, self._chances)].points)

    def _odds(self, terms: Terms) -> Sentence:
        said: list[Sentence | str] = [
            one_of_odds(Sentence("{points} points", {"points": terms.points(each.points)}), each.chance)
            for each in self._parameters.odds
        ]
        return listing(said, last="or")
