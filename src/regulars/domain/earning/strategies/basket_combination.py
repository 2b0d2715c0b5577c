"""A bonus for things that are bought together: coffee and cake, a shirt and a tie."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from pydantic import ConfigDict, Field, field_validator

from regulars.domain.earning.compiled import compile_test
from regulars.domain.earning.conditions import Comparison, Condition, walk
from regulars.domain.earning.conditions_words import condition_words
from regulars.domain.earning.contracts import Data
from regulars.domain.earning.example import Bought, Example, Happened, Word
from regulars.domain.earning.facts import fact_of
from regulars.domain.earning.fitting import misfit
from regulars.domain.earning.needs import Need
from regulars.domain.earning.rounding import Exact
from regulars.domain.earning.strategy import Asked, EarnStrategy, StrategyParameters, Terms
from regulars.kernel.validation import complaint
from regulars.kernel.words import Sentence, listing

_MOST_PLACES = 5


class BasketCombinationParameters(StrategyParameters):
    """points: how many. items: conditions over lines, all of which need a line. for_each: for every complete set."""

    model_config = ConfigDict(serialize_by_alias=True)

    points: int = Field(gt=0, le=1_000_000_000, description="How many points for a set")
    items: tuple[Condition, ...] = Field(
        min_length=2, max_length=10, description="What a set consists of: conditions over lines, one for each thing"
    )
    for_each: bool = Field(
        default=False, strict=True, description="Once for every complete set, and not only once for the order"
    )

    @field_validator("items")
    @classmethod
    def _about_lines(cls, items: tuple[Condition, ...]) -> tuple[Condition, ...]:
        for item in items:
            for _, part in walk(item, ""):
                if isinstance(part, Comparison):
                    _check(part)
        return items


def _check(comparison: Comparison) -> None:
    fact = fact_of(comparison.field)
    if fact is None or fact.of != "line":
        problem = f"{comparison.field} says nothing about a line"
        raise complaint(problem, "Use a field of lines, such as line.category; other conditions stand under “when:”.")
    wrong = misfit(fact, comparison)
    if wrong is not None:
        raise complaint(*wrong)


class BasketCombination(EarnStrategy):
    """30 points for coffee and cake: 2 coffees and 3 cakes in one order earn 30, or 60 with `for_each`: two full sets.

    Sets are counted in whole items, line by line; once for the order, a part of an item is enough. Coffee in one order
    and cake in the next are no set. A line that fulfils two of the conditions counts for both.
    """

    name = "basket_combination"
    title = "A bonus for things bought together"
    Parameters = BasketCombinationParameters
    needs = "lines"
    need = Need.spending
    example = Example(
        {
            "points": 30,
            "items": [{"field": "line.category", "is": Word("coffee")}, {"field": "line.category", "is": Word("cake")}],
        },
        (
            Happened((Bought(Word("coffee"), "6.40", 2), Bought(Word("cake"), "3.80"))),
            Happened((Bought(Word("coffee"), "3.20"), Bought(Word("tea"), "2.50"))),
        ),
    )

    def __init__(self, parameters: BasketCombinationParameters) -> None:
        self._parameters = parameters
        self._tests = {
            places: [compile_test(item, places=places) for item in parameters.items] for places in range(_MOST_PLACES)
        }

    def exact(self, asked: Asked) -> Exact:
        return Decimal(self._parameters.points * self._sets(asked))

    def inputs(self, asked: Asked) -> dict[str, Data]:
        counted = self._counted(asked)
        missing = [str(place) for place, count in enumerate(counted) if not count]
        return {"sets": self._sets(asked), "missing": " ".join(missing)}

    def conditions(self) -> Iterable[Condition]:
        return self._parameters.items

    def words(self, terms: Terms) -> Sentence:
        values = {"points": terms.points(self._parameters.points), "items": self._items(terms)}
        if self._parameters.for_each:
            return Sentence("{points} for every set of things bought together: {items}", values)
        return Sentence("{points} for things bought together: {items}", values)

    def explain(self, inputs: dict[str, Data], terms: Terms) -> Sentence:
        values = {
            "points": terms.points(self._parameters.points),
            "items": self._items(terms),
            "sets": int(str(inputs["sets"])),
        }
        if values["sets"] == 1:
            return Sentence("1 set of {items} at {points}", values)
        return Sentence("{sets} sets of {items} at {points} each", values)

    def explain_nothing(self, inputs: dict[str, Data], terms: Terms) -> Sentence | None:
        missing = [int(place) for place in str(inputs["missing"]).split()]
        return Sentence("what is missing for a set: {items}", {"items": self._items(terms, missing)})

    def _counted(self, asked: Asked) -> list[int]:
        """How many there are of each thing: whole items for sets, otherwise whether there is any."""
        whole = self._parameters.for_each
        occurrence, member = asked.occurrence, asked.member
        return [
            sum(
                int(line.quantity) if whole else 1
                for line in asked.matching
                if line.quantity > 0 and test(occurrence, member, line)
            )
            for test in self._tests[occurrence.places]
        ]

    def _sets(self, asked: Asked) -> int:
        sets = min(self._counted(asked))
        return sets if self._parameters.for_each else min(sets, 1)

    def _items(self, terms: Terms, places: list[int] | None = None) -> Sentence:
        """The things in words, all or some of them."""
        items = self._parameters.items
        chosen = items if places is None else [items[place] for place in places]
        parts: list[Sentence | str] = [
            Sentence("one where {condition}", {"condition": condition_words(item, terms)}) for item in chosen
        ]
        return listing(parts)
