"""Conditions: one typed tree, as a rulebook states it. `compiled` makes it fast, `conditions_words` reads it aloud.

A tree is `all`, `any` or `not` over comparisons of one field: {field: event.channel, is: app}.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from regulars.domain.earning.plain import exact_number, plain

Scalar = bool | Decimal | str
Operator = Literal[
    "is", "is_not", "one_of", "none_of", "at_least", "more_than", "at_most", "less_than", "starts_with", "contains",
    "is_known",
]  # fmt: skip
OPERATORS: tuple[Operator, ...] = get_args(Operator)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def _scalar(value: object) -> Scalar:
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int | float | Decimal):
        return exact_number(Decimal(str(value)))
    raise PydanticCustomError("scalar", "give a text, a number, true or false")


def _bound(value: object) -> Decimal | date | time:
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return exact_number(Decimal(str(value)))
    if isinstance(value, date | time):
        return value
    if isinstance(value, str):
        if _TIME.fullmatch(value):
            return time.fromisoformat(value)
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise PydanticCustomError(
        "bound", "give a number such as 10 or 2.50, a date such as 2026-11-27, or a time such as 14:30"
    )


AnyScalar = Annotated[Any, BeforeValidator(_scalar), WithJsonSchema({"type": ["string", "number", "boolean"]})]
AnyBound = Annotated[
    Any,
    BeforeValidator(_bound),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number"},
                {"type": "string", "format": "date"},
                {"type": "string", "pattern": f"^({_TIME.pattern})$"},
            ]
        }
    ),
]


class _Node(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, serialize_by_alias=True)


class Comparison(_Node):
    """One field compared with one value or a list: {field: line.category, one_of: [coffee, tea]}."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": [operator]} for operator in OPERATORS]})

    field: str = Field(min_length=1, max_length=120, description="What is looked at, such as order.amount")
    is_: AnyScalar = Field(default=None, alias="is", description="Equals this")
    is_not: AnyScalar = Field(default=None, description="Does not equal this")
    one_of: tuple[AnyScalar, ...] | None = Field(default=None, min_length=1, description="Equals one of these")
    none_of: tuple[AnyScalar, ...] | None = Field(default=None, min_length=1, description="Equals none of these")
    at_least: AnyBound = Field(default=None, description="This number, date or time, or more")
    more_than: AnyBound = Field(default=None, description="More than this number, after this date or time")
    at_most: AnyBound = Field(default=None, description="This number, date or time, or less")
    less_than: AnyBound = Field(default=None, description="Less than this number, before this date or time")
    starts_with: str | None = Field(default=None, min_length=1, description="Begins with this text")
    contains: str | None = Field(default=None, min_length=1, description="Has this text in it somewhere")
    is_known: bool | None = Field(
        default=None, strict=True, description="true: there is a value; false: there is none, or an empty text"
    )

    @model_validator(mode="after")
    def _one_operator(self) -> Self:
        given = [name for name in OPERATORS if getattr(self, _attribute(name)) is not None]
        if len(given) != 1:
            raise PydanticCustomError(
                "one_operator",
                "exactly one comparison is needed for {field}, and there are {count}",
                {"field": self.field, "count": len(given), "given": given},
            )
        return self

    @property
    def operator(self) -> Operator:
        """The one operator that is given."""
        return next(name for name in OPERATORS if getattr(self, _attribute(name)) is not None)

    @property
    def operands(self) -> tuple[Scalar | date | time, ...]:
        """What the field is compared with: one value, or the values of a list."""
        operand = getattr(self, _attribute(self.operator))
        return operand if isinstance(operand, tuple) else (operand,)

    @model_serializer
    def _as_document(self) -> dict[str, object]:
        operator = self.operator
        return {"field": self.field, operator: plain(getattr(self, _attribute(operator)))}


class AllOf(_Node):
    """Every condition holds."""

    all: tuple[Condition, ...] = Field(min_length=1, max_length=100, description="Every one of these holds")


class AnyOf(_Node):
    """At least one condition holds."""

    any: tuple[Condition, ...] = Field(min_length=1, max_length=100, description="At least one of these holds")


class Not(_Node):
    """The condition does not hold."""

    not_: Condition = Field(alias="not", description="This does not hold")


def _shape(value: object) -> str:
    keys: Iterable[str] = ()
    if isinstance(value, dict):
        keys = value.keys()
    elif isinstance(value, BaseModel):
        keys = type(value).model_fields.keys()
    for shape, key in (("all", "all"), ("any", "any"), ("not", "not"), ("not", "not_")):
        if key in keys:
            return shape
    return "comparison"


Condition = Annotated[
    Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[Comparison, Tag("comparison")],
    Discriminator(_shape),
]

for _model in (AllOf, AnyOf, Not):
    _model.model_rebuild()


def children_of(condition: Condition) -> list[tuple[str, Condition]]:
    """The conditions right inside this one, each with the rest of its path: ('.all.0', ...)."""
    if isinstance(condition, AllOf):
        return [(f".all.{position}", child) for position, child in enumerate(condition.all)]
    if isinstance(condition, AnyOf):
        return [(f".any.{position}", child) for position, child in enumerate(condition.any)]
    if isinstance(condition, Not):
        return [(".not", condition.not_)]
    return []


def walk(condition: Condition, path: str) -> Iterator[tuple[str, Condition]]:
    """Every condition of the tree with its path, the root first: the paths that verdicts name."""
    yield path, condition
    for rest, child in children_of(condition):
        yield from walk(child, path + rest)


def _attribute(operator: str) -> str:
    return "is_" if operator == "is" else operator
