"""Points from a number that the event carries: minutes of a class, steps of a day, bottles that were brought back."""

from __future__ import annotations

from decimal import Decimal

from pydantic import Field

from regulars.domain.earning.contracts import Data
from regulars.domain.earning.example import Example, Happened, Word
from regulars.domain.earning.needs import Need
from regulars.domain.earning.rounding import Exact, product
from regulars.domain.earning.strategy import Asked, EarnStrategy, StrategyParameters, Terms
from regulars.kernel.words import Sentence

_LARGEST = Decimal(10) ** 15


class PointsFromDataParameters(StrategyParameters):
    """field: of the event's data. points: for each unit of it. most: points that one event gives at most."""

    field: str = Field(min_length=1, max_length=100, description="The field of the event's data that holds the number")
    points: Decimal = Field(
        default=Decimal(1), gt=0, le=1_000_000, decimal_places=4, description="How many points for each unit"
    )
    most: int = Field(gt=0, le=1_000_000_000, description="The most points that one event gives")


class PointsFromData(EarnStrategy):
    """2 points for each of `minutes`, at most 100: 45 minutes earn 90, and 80 minutes earn 100 and not 160.

    What is missing, a text, or less than nothing gives no points. The cap is always there, because the number comes
    from another system.
    """

    name = "points_from_data"
    title = "Points from a number in the event"
    Parameters = PointsFromDataParameters
    need = Need.doing
    example = Example(
        {"field": "minutes", "points": 2, "most": 100},
        (
            Happened(type="run.finished", what=Word("a run of 45 minutes"), data={"minutes": 45}),
            Happened(type="run.finished", what=Word("a run of 80 minutes"), data={"minutes": 80}),
        ),
        on="run.finished",
    )

    def __init__(self, parameters: PointsFromDataParameters) -> None:
        self._parameters = parameters
        self._most = Decimal(parameters.most)

    def exact(self, asked: Asked) -> Exact:
        given = self._given(asked)
        if given is None or (asked.lines is not None and not asked.lines):
            return Decimal(0)
        # Whatever is sent, beyond this it is the cap that counts.
        points = product(min(given, _LARGEST), self._parameters.points)
        return min(points, self._most)

    def inputs(self, asked: Asked) -> dict[str, Data]:
        given = self._given(asked)
        return {"number": "" if given is None else format(given.normalize(), "f")[:40]}

    def words(self, terms: Terms) -> Sentence:
        return Sentence("{points} for each unit of “{field}”, at most {most} at once", self._values(terms))

    def explain(self, inputs: dict[str, Data], terms: Terms) -> Sentence:
        number = Decimal(str(inputs["number"]))
        values = self._values(terms) | {"number": number}
        if product(min(number, _LARGEST), self._parameters.points) > self._most:
            return Sentence("“{field}” was {number}, at {points} each and at most {most} at once", values)
        return Sentence("“{field}” was {number}, at {points} each", values)

    def explain_nothing(self, inputs: dict[str, Data], terms: Terms) -> Sentence | None:
        if inputs["number"] == "":
            return Sentence("“{field}” was not given as a number above 0", self._values(terms))
        return None

    def _given(self, asked: Asked) -> Decimal | None:
        """The number, above 0; None where there is none."""
        value = asked.occurrence.data.get(self._parameters.field)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        # The shortest decimal that means this float.
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        return number if number.is_finite() and number > 0 else None

    def _values(self, terms: Terms) -> dict[str, object]:
        mine = self._parameters
        return {"field": mine.field, "points": terms.points(mine.points), "most": terms.points(mine.most)}
