"""A bonus for members who come by recommendation: their event says who brought them."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from regulars.domain.earning.conditions import Comparison
from regulars.domain.earning.contracts import Data
from regulars.domain.earning.example import Example, Happened, Word
from regulars.domain.earning.needs import Need
from regulars.domain.earning.rounding import Exact
from regulars.domain.earning.strategy import Asked, EarnStrategy, StrategyParameters, Terms
from regulars.kernel.words import Sentence


class ReferralParameters(StrategyParameters):
    """points: how many the new member gets."""

    points: int = Field(gt=0, le=1_000_000_000, description="How many points for the member who was brought")


class Referral(EarnStrategy):
    """100 points for who was brought: an event with `data: {referrer: ada}` earns 100, one without earns nothing.

    This is the half of the member who comes. The half of the one who brought them, the wait until nothing can be
    returned any more and the checks against referring oneself belong to referrals, which are a part of their own.
    """

    name = "referral"
    title = "A bonus for coming by recommendation"
    Parameters = ReferralParameters
    requires = Comparison.model_validate({"field": "data.referrer", "is_known": True})
    need = Need.joining
    example = Example(
        {"points": 100},
        (
            Happened(type="member.enrolled", what=Word("somebody joins, brought by Ada"), data={"referrer": "ada"}),
            Happened(type="member.enrolled", what=Word("somebody joins, brought by nobody")),
        ),
        on="member.enrolled",
    )

    def __init__(self, parameters: ReferralParameters) -> None:
        self._parameters = parameters

    def exact(self, asked: Asked) -> Exact:
        return Decimal(self._parameters.points) if _referrer(asked) and asked.lines != [] else Decimal(0)

    def inputs(self, asked: Asked) -> dict[str, Data]:
        return {"referred": bool(_referrer(asked))}

    def words(self, terms: Terms) -> Sentence:
        return Sentence("a bonus of {points} for coming by recommendation", self._values(terms))

    def explain(self, inputs: dict[str, Data], terms: Terms) -> Sentence:
        return Sentence("a bonus of {points} for coming by recommendation", self._values(terms))

    def explain_nothing(self, inputs: dict[str, Data], terms: Terms) -> Sentence | None:
        return Sentence("nobody was named who recommended us")

    def _values(self, terms: Terms) -> dict[str, object]:
        return {"points": terms.points(self._parameters.points)}


def _referrer(asked: Asked) -> str:
    given = asked.occurrence.data.get("referrer")
    return given.strip() if isinstance(given, str) else ""
