"""Measures: what a rulebook counts of a member's past under a name of its own, for conditions on history.<measure>."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from regulars.domain.earning.conditions import Comparison, Condition, walk
from regulars.domain.earning.contracts import Line
from regulars.domain.earning.past import tally_key
from regulars.domain.earning.windows import Window, parse_window
from regulars.kernel.errors import Refusal
from regulars.kernel.validation import complaint, refused

HISTORY = "history."
THOUSANDTHS = 1_000
"""Quantities may be weights: they are kept in thousandths."""

CountOf = Literal["events", "lines", "quantity", "amount"]


class Counting(BaseModel):
    """What of an event counts: the event itself, its lines, their quantity, or the money."""

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)

    of: tuple[str, ...] = Field(
        default=("order",), min_length=1, max_length=20, description="The event or events that count, such as order"
    )
    when: Condition | None = Field(
        default=None, exclude_if=lambda value: value is None, description="Only events of which this holds count"
    )
    lines: Condition | None = Field(
        default=None, exclude_if=lambda value: value is None, description="Only lines of which this holds count"
    )

    @field_validator("of", mode="before")
    @classmethod
    def _one_or_several(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value

    @field_validator("of")
    @classmethod
    def _no_returns(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if "return" in value:
            raise complaint("returns take back what their orders counted, and count for nothing themselves",
                            "Count orders; what is returned is taken off.")  # fmt: skip
        return value


class Measure(Counting):
    """A number about the member before the event: coffees in 30 days, money spent this year, reviews ever.

    count: events; lines, or their quantity; amount: the money of the order, or of the matching lines; points: what
    events gave, of one point type and, with `rules`, of these rules alone.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$", description="Stable short name; conditions say history.<id>")
    name: str = Field(min_length=1, max_length=120, description="How people call it, such as coffees this month")
    count: Literal["events", "lines", "quantity", "amount", "points"] = Field(
        default="events", description="What is added up"
    )
    window: str = Field(description="How far it looks back: 30 days, calendar month, lifetime")
    point_type: str = Field(
        default="points", exclude_if=lambda value: value == "points", description="Which points, where points count"
    )
    rules: tuple[str, ...] = Field(
        default=(), max_length=100, exclude_if=lambda value: not value,
        description="Only points of these earn rules count; otherwise those of all",
    )  # fmt: skip

    @field_validator("window")
    @classmethod
    def _window_is_one(cls, value: str) -> str:
        try:
            parse_window(value)
        except Refusal as refusal:
            raise refused(refusal) from None
        return value

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.count == "points" and self.lines is not None:
            raise complaint("points are given for the whole event, not for lines", "Remove lines, or name the rules.")
        if self.count != "points" and self.rules:
            raise complaint("only points come from rules", "Write “count: points”, or remove rules.")
        return self

    @property
    def looks_back(self) -> Window:
        """The window, read."""
        return parse_window(self.window)

    @property
    def key(self) -> str:
        """Under which its tallies are kept. What is counted is part of it: money and pieces are never added up."""
        return tally_key(f"measure:{self.id}", self.count, self.looks_back)

    def value(self, total: int) -> int | Decimal:
        """A total as conditions see it; money in minor units."""
        return Decimal(total) / THOUSANDTHS if self.count == "quantity" else total


Measures = Mapping[str, Measure]
NO_MEASURES: Measures = {}


def counted_of(count: str, amount_minor: int, every: Sequence[Line], chosen: Sequence[Line] | None) -> int:
    """How much of an event counts. every: its lines; chosen: those that match; None: there is no condition on lines."""
    if count == "amount":
        return amount_minor if chosen is None else sum(line.amount_minor for line in chosen)
    lines = every if chosen is None else chosen
    if count == "lines":
        return len(lines)
    if count == "quantity":
        return int(sum((line.quantity for line in lines), Decimal(0)) * THOUSANDTHS)
    return 1


def measures_in(conditions: Iterable[Condition | None]) -> Iterator[str]:
    """The ids of the measures that these conditions ask for."""
    for condition in conditions:
        for _, part in () if condition is None else walk(condition, ""):
            if isinstance(part, Comparison) and part.field.startswith(HISTORY):
                yield part.field[len(HISTORY) :]


def by_id(measures: Iterable[Measure]) -> dict[str, Measure]:
    """Measures by their ids."""
    return {each.id: each for each in measures}


def readable(items: Iterable[Any]) -> dict[str, Measure]:
    """Of raw documents those that are measures, by id."""
    found: dict[str, Measure] = {}
    for item in items:
        try:
            measure = Measure.model_validate(item)
        except ValueError:
            continue
        found.setdefault(measure.id, measure)
    return found
