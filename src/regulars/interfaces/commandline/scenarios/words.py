"""How words of a scenario file become values: mappings, and the single value that may stand for one.

A name of a field becomes its word by writing blanks for underscores: `paid_by` is written `paid by`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator


def word_of(name: str) -> str:
    """The word for a field: 'paid_by' -> 'paid by', 'from_' -> 'from'."""
    return name.rstrip("_").replace("_", " ")


class Words(BaseModel):
    """A mapping of a scenario file. short: the field that is meant where a single value stands instead."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=word_of)

    short: ClassVar[str] = ""

    @model_validator(mode="before")
    @classmethod
    def _from_one_value(cls, value: object) -> object:
        if isinstance(value, dict):
            return value
        if value is None:
            return {}
        return {word_of(cls.short): value} if cls.short else value


def words_in(model: type[Words]) -> list[str]:
    """Every word that may stand in a mapping of this kind."""
    return [word_of(name) for name in model.model_fields]


def _by_name(value: object) -> object:
    return value if isinstance(value, dict) else {"": value}


def _one_or_more(kind: str) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [{"type": kind}, {"type": "object", "additionalProperties": {"type": kind}}]})


PerPointType = Annotated[dict[str, int], BeforeValidator(_by_name), _one_or_more("integer")]
"""How many: of `points`, or by point type."""
PerLadder = Annotated[dict[str, str], BeforeValidator(_by_name), _one_or_more("string")]
"""Which tier: on the only ladder, or by ladder."""
ScorePerLadder = Annotated[dict[str, Decimal], BeforeValidator(_by_name), _one_or_more("number")]
"""What counts: on the only ladder, or by ladder."""
Amount = Annotated[Decimal, WithJsonSchema({"type": "number"})]
"""Money, or a quantity."""
Happened = Annotated[str | None, Field(description="When it happened, where that is not now")]
"""A moment, as the file writes it."""


class RewardWords(Words):
    """A reward of the catalogue, by its code. parameters: as its type asks."""

    type: str = "discount_voucher"
    name: str = ""
    price: int
    point_type: str = "points"
    parameters: dict[str, Any] = {}
    stock: int | None = None
    limit_per_member: int | None = None
    active: bool = True
    terms: dict[str, Any] = {}


class RulebookWords(Words):
    """The rulebook of the programme. use: a file beside this one; change: what differs from it."""

    short = "use"

    use: str
    change: dict[str, Any] = {}
