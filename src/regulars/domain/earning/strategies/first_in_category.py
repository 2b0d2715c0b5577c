"""A bonus for something new: the first purchase of a category, a brand or an article."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field, field_validator

from regulars.domain.earning.contracts import Data, Line, Occurrence
from regulars.domain.earning.example import Bought, Example, Happened, Word
from regulars.domain.earning.needs import Need
from regulars.domain.earning.strategy import Asked, EarnStrategy, StrategyParameters, Terms
from regulars.domain.earning.windows import Window, parse_window
from regulars.kernel.errors import Refusal
from regulars.kernel.validation import refused
from regulars.kernel.words import Sentence

_NEW = {
    "category": "{points} for the first purchase of each category",
    "brand": "{points} for the first purchase of each brand",
    "sku": "{points} for the first purchase of each article",
}
_SHOWN = 200


class FirstInCategoryParameters(StrategyParameters):
    """by: what is new. within: lifetime, or how long ago the last purchase must lie, such as 12 months."""

    points: int = Field(gt=0, le=1_000_000_000, description="How many points for each that is new")
    by: Literal["category", "brand", "sku"] = Field(default="category", description="What is new to the member")
    within: str = Field(default="lifetime", description="New is what was not bought for so long, such as 12 months")

    @field_validator("within")
    @classmethod
    def _is_window(cls, value: str) -> str:
        try:
            parse_window(value, field="within")
        except Refusal as refusal:
            raise refused(refusal) from None
        return value


class FirstInCategory(EarnStrategy):
    """30 points for trying something: coffee and tea in the first order are two new categories, 60 points.

    A category that was bought before gives nothing; with `within: 12 months` it is new again after a year. Lines
    without a category (brand, article) are left out.
    """

    name = "first_in_category"
    title = "A bonus for something new"
    Parameters = FirstInCategoryParameters
    triggers = frozenset({"order"})
    needs = "lines"
    remembers = True
    need = Need.discovering
    example = Example(
        {"points": 30},
        (
            Happened((Bought(Word("coffee"), "3.20"), Bought(Word("tea"), "2.50"))),
            Happened((Bought(Word("coffee"), "3.20"), Bought(Word("cake"), "3.80")), day=2),
        ),
    )
    when_returned = Sentence("A category that comes back is new again, unless it was bought in another order as well.")

    def __init__(self, parameters: FirstInCategoryParameters) -> None:
        self._parameters = parameters
        self._window = parse_window(parameters.within)

    def exact(self, asked: Asked) -> Decimal:
        return Decimal(len(self._new(asked)) * self._parameters.points)

    def tallies(self, occurrence: Occurrence) -> dict[str, Window]:
        return dict.fromkeys(self._values(occurrence.lines), self._window)

    def counted(self, asked: Asked) -> dict[str, int]:
        return dict.fromkeys(self._values(self._lines(asked)), 1)

    def inputs(self, asked: Asked) -> dict[str, Data]:
        new = self._new(asked)
        return {"new": ", ".join(new)[:_SHOWN], "count": len(new)}

    def words(self, terms: Terms) -> Sentence:
        words = Sentence(_NEW[self._parameters.by], {"points": self._parameters.points})
        if self._window.grain == "ever":
            return words
        return Sentence("{rest} {window}", {"rest": words, "window": self._window.words()})

    def explain(self, inputs: dict[str, Data], terms: Terms) -> Sentence:
        values = {"new": str(inputs["new"]), "points": self._parameters.points}
        return Sentence("new to the member: {new}, at {points} each", values)

    def explain_nothing(self, inputs: dict[str, Data], terms: Terms) -> Sentence | None:
        return Sentence("nothing in the order was new to the member")

    def _new(self, asked: Asked) -> list[str]:
        return [each for each in self._values(self._lines(asked)) if asked.kept(each, self._window) <= 0]

    def _lines(self, asked: Asked) -> list[Line]:
        return list(asked.occurrence.lines if asked.lines is None else asked.lines)

    def _values(self, lines: list[Line]) -> list[str]:
        found = dict.fromkeys(str(getattr(line, self._parameters.by)) for line in lines)
        return [each for each in found if each]
