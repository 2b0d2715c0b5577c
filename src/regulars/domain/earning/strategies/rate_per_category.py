"""Points at a rate of its own for each category, brand or article: a table in one rule."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from regulars.domain.earning.contracts import Data
from regulars.domain.earning.example import Bought, Example, Happened, Word
from regulars.domain.earning.needs import Need
from regulars.domain.earning.rounding import Exact
from regulars.domain.earning.strategy import Asked, EarnStrategy, StrategyParameters, Terms
from regulars.kernel.validation import complaint
from regulars.kernel.words import Money, Sentence, listing

_SHOWN = 6
"""Rows that an explanation lists; the smallest of more come together."""
_OTHER = ""


class RatePerCategoryParameters(StrategyParameters):
    """rates: points by value. by: of which field. count: money or whole items. per: for every so much. otherwise: for
    values that are not in the table.
    """

    rates: dict[str, Decimal] = Field(min_length=1, max_length=2_000, description="How many points for which value")
    by: Literal["category", "brand", "sku"] = Field(
        default="category", description="What of a line is looked up in the table"
    )
    count: Literal["money", "items"] = Field(
        default="money", description="Whether points are for money or for whole items"
    )
    per: Decimal = Field(
        default=Decimal(1),
        gt=0,
        le=1_000_000,
        decimal_places=4,
        description="For every so much money, or so many items",
    )
    otherwise: Decimal = Field(
        default=Decimal(0), ge=0, le=1_000_000, decimal_places=4, description="How many points for all other values"
    )

    @field_validator("rates", mode="before")
    @classmethod
    def _numbers_only(cls, rates: object) -> object:
        if isinstance(rates, dict) and any(isinstance(points, bool) for points in rates.values()):
            raise PydanticCustomError("decimal_type", "a number is needed here")
        return rates

    @field_validator("rates")
    @classmethod
    def _within_bounds(cls, rates: dict[str, Decimal]) -> dict[str, Decimal]:
        for value, points in rates.items():
            if not value or len(value) > 120:
                raise complaint(f"{value[:40]!r} cannot be a value", "Use 1 to 120 characters.")
            if not points.is_finite() or not 0 <= points <= 1_000_000 or points != points.quantize(Decimal("0.0001")):
                problem = f"{points} points for {value!r} is out of range"
                raise complaint(problem, "Use 0 to 1,000,000, with at most 4 decimal places.")
        return rates


class RatePerCategory(EarnStrategy):
    """coffee 3, cake 2, otherwise 1 per 1.00: 6.00 of coffee, 4.00 of cake and 2.50 of tea earn 18 + 8 + 2.5 = 28.5.

    With `count: items` whole items count instead of money, line by line. Values are compared as they are written;
    rounding comes once, after the sum of all rows.
    """

    name = "rate_per_category"
    title = "A rate for each category, brand or article"
    Parameters = RatePerCategoryParameters
    needs = "lines"
    need = Need.spending
    example = Example(
        {"rates": {Word("coffee"): 3, Word("cake"): 2}, "otherwise": 1},
        (Happened((Bought(Word("coffee"), "6.00"), Bought(Word("cake"), "4.00"), Bought(Word("tea"), "2.50"))),),
    )

    def __init__(self, parameters: RatePerCategoryParameters) -> None:
        self._parameters = parameters

    def exact(self, asked: Asked) -> Exact:
        per = Fraction(self._parameters.per)
        return sum(
            (Fraction(count) * self._rate(value) / per for value, count in self._rows(asked).items()), Fraction()
        )

    def inputs(self, asked: Asked) -> dict[str, Data]:
        rows = sorted(self._rows(asked).items(), key=lambda row: (-row[1], row[0]))
        kept = {f"of {value}": str(count) for value, count in rows[:_SHOWN]}
        return {**kept, "more": len(rows) - _SHOWN} if len(rows) > _SHOWN else {**kept}

    def words(self, terms: Terms) -> Sentence:
        rows = list(self._parameters.rates.items())
        said = [self._row_words(value, points, terms) for value, points in rows[:_SHOWN]]
        if len(rows) > _SHOWN:
            said.append(Sentence("{count} more", {"count": len(rows) - _SHOWN}))
        if self._parameters.otherwise:
            rest = {"points": terms.points(self._parameters.otherwise)}
            said.append(Sentence("{points} for everything else", rest))
        values = {"rows": listing([*said]), "per": self._per(terms)}
        if self._parameters.count == "items":
            return Sentence("for every {per} items: {rows}", values)
        return Sentence("for every {per}: {rows}", values)

    def explain(self, inputs: dict[str, Data], terms: Terms) -> Sentence:
        said = [
            self._counted_words(name.removeprefix("of "), Decimal(str(count)), terms)
            for name, count in inputs.items()
            if name.startswith("of ")
        ]
        if "more" in inputs:
            said.append(Sentence("{count} more", {"count": int(str(inputs["more"]))}))
        return listing([*said])

    def explain_nothing(self, inputs: dict[str, Data], terms: Terms) -> Sentence | None:
        return Sentence("nothing in the order is in the table of this rule")

    def _rate(self, value: str) -> Fraction:
        return Fraction(self._parameters.rates.get(value, self._parameters.otherwise))

    def _rows(self, asked: Asked) -> Mapping[str, Decimal]:
        """What counts, by value of the table; "" for all values that are not in it.

        Rows without points are left out.
        """
        rows: dict[str, Decimal] = {}
        for line in asked.matching:
            value = getattr(line, self._parameters.by)
            key = value if value in self._parameters.rates else _OTHER
            if self._parameters.count == "items":
                counted = Decimal(int(line.quantity)) if line.quantity >= 1 else Decimal(0)
            else:
                counted = Decimal(line.amount_minor).scaleb(-asked.occurrence.places)
            if counted and self._rate(key):
                rows[key] = rows.get(key, Decimal(0)) + counted
        return rows

    def _per(self, terms: Terms) -> object:
        return (
            self._parameters.per if self._parameters.count == "items" else Money(self._parameters.per, terms.currency)
        )

    def _row_words(self, value: str, points: Decimal, terms: Terms) -> Sentence:
        return Sentence("{points} for {value}", {"points": terms.points(points), "value": value})

    def _counted_words(self, value: str, count: Decimal, terms: Terms) -> Sentence:
        rate = Decimal(self._parameters.rates.get(value, self._parameters.otherwise))
        what: object = value or Sentence("everything else")
        counted: object = count if self._parameters.count == "items" else Money(count, terms.currency)
        values = {"count": counted, "value": what, "points": terms.points(rate), "per": self._per(terms)}
        return Sentence("{count} of {value} at {points} for every {per}", values)
