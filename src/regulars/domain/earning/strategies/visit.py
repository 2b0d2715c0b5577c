"""Points for coming: the first order or event of a day counts, the others of that day do not."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from regulars.domain.earning.contracts import Data, Occurrence
from regulars.domain.earning.example import Example, Happened
from regulars.domain.earning.needs import Need
from regulars.domain.earning.strategy import Asked, EarnStrategy, StrategyParameters, Terms
from regulars.domain.earning.windows import Window
from regulars.kernel.words import Sentence

_VISITS = "visits"
_DAY = Window("day")


class VisitParameters(StrategyParameters):
    """points: for each visit. a_day: how many visits of one day count."""

    points: int = Field(gt=0, le=1_000_000_000, description="How many points")
    a_day: int = Field(default=1, ge=1, le=100, description="How many visits of one day count")


class Visit(EarnStrategy):
    """10 points a visit: two orders on one day are one visit, on the programme's own day.

    A visit is a day with an event of the rule, so an order at 23:50 and one at 00:10 are two.
    """

    name = "visit"
    title = "Points for every visit"
    Parameters = VisitParameters
    remembers = True
    need = Need.return_
    example = Example(
        {"points": 10}, (Happened(amount="3.20"), Happened(amount="8.50"), Happened(amount="3.20", day=1))
    )
    when_returned = Sentence("The visit counts no more, unless something else happened on that day.")

    def __init__(self, parameters: VisitParameters) -> None:
        self._parameters = parameters

    def exact(self, asked: Asked) -> Decimal:
        is_counted = asked.kept(_VISITS, _DAY) < self._parameters.a_day
        return Decimal(self._parameters.points if is_counted else 0)

    def tallies(self, occurrence: Occurrence) -> dict[str, Window]:
        return {_VISITS: _DAY}

    def counted(self, asked: Asked) -> dict[str, int]:
        return {_VISITS: 1}

    def inputs(self, asked: Asked) -> dict[str, Data]:
        return {"before": asked.kept(_VISITS, _DAY)}

    def words(self, terms: Terms) -> Sentence:
        values = {"points": self._parameters.points, "a_day": self._parameters.a_day}
        if self._parameters.a_day == 1:
            return Sentence("{points} for every visit, once a day", values)
        return Sentence("{points} for every visit, up to {a_day} times a day", values)

    def explain(self, inputs: dict[str, Data], terms: Terms) -> Sentence:
        return Sentence("visit {number} of the day", {"number": int(str(inputs["before"])) + 1})

    def explain_nothing(self, inputs: dict[str, Data], terms: Terms) -> Sentence | None:
        values = {"number": int(str(inputs["before"])) + 1, "a_day": self._parameters.a_day}
        return Sentence("this was visit {number} of the day, and {a_day} a day count", values)
