"""What a voucher gives, as somebody writes it: money or a percentage off an order, on which lines, and beside what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from regulars.domain.vouchers.arithmetic import Discount
from regulars.kernel.errors import Refusal
from regulars.kernel.money import to_minor
from regulars.kernel.words import Money, Sentence

Names = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=120)], ...], Field(max_length=200)]


class VoucherTerms(BaseModel):
    """amount or percent, or neither where only shipping is free. elsewhere: the codes are used at a partner's. item:
    the code is taken by hand, for this.

    categories, brands, skus: a line that is any of these counts; none named: every line. most: at most so much off.
    channels, stores: only orders from there. group: of one group only the best code counts on an order. combinable:
    whether it counts beside other codes.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    amount: Decimal | None = Field(default=None, gt=0, le=1_000_000, decimal_places=3, description="Money off")
    percent: Decimal | None = Field(default=None, gt=0, le=100, decimal_places=2, description="Percent off")
    free_shipping: bool = Field(default=False, description="Whether the order is sent for nothing")
    item: str = Field(default="", max_length=120, description="What is handed over against the code")
    elsewhere: bool = Field(default=False, description="The codes of a partner, which are used there")
    categories: Names = Field(default=(), description="Only on lines of these categories")
    brands: Names = Field(default=(), description="Only on lines of these brands")
    skus: Names = Field(default=(), description="Only on lines of these articles")
    minimum_order: Decimal = Field(default=Decimal(0), ge=0, le=1_000_000, description="Smallest order")
    most: Decimal | None = Field(default=None, gt=0, le=1_000_000, description="At most so much money off")
    channels: Names = Field(default=(), description="Only for orders from these channels")
    stores: Names = Field(default=(), description="Only for orders of these stores")
    combinable: bool = Field(default=True, description="Whether it counts beside other codes")
    group: str = Field(default="", max_length=40, description="Of codes of one group, the best counts")

    @model_validator(mode="after")
    def _gives_one_thing(self) -> Self:
        if self.amount is not None and self.percent is not None:
            raise ValueError("give either an amount or a percentage, and not both")
        gives = self.amount is not None or self.percent is not None or self.free_shipping or bool(self.item)
        if gives == self.elsewhere:
            raise ValueError("say what the codes give: an amount, a percentage, free shipping, or that it is elsewhere")
        return self

    @property
    def alone(self) -> bool:
        return not self.combinable

    def stored(self) -> dict[str, Any]:
        """As it is kept: what says something else than its default."""
        return self.model_dump(mode="json", exclude_defaults=True)

    def discount(self, key: str, places: frozenset[int] | None, currency: str) -> Discount:
        """What it offers on an order. places: of the lines that it works on."""
        return Discount(
            key,
            self.percent,
            None if self.amount is None else to_minor(self.amount, currency),
            places,
            None if self.most is None else to_minor(self.most, currency),
            self.free_shipping,
            self.group,
            self.alone,
        )

    def words(self, currency: str) -> Sentence:
        """What it gives: '10% off an order of at least 20.00 EUR'."""
        if self.elsewhere:
            return Sentence("a code for a partner")
        if self.item:
            return Sentence("{item}", {"item": self.item})
        off: object = Sentence("{percent}%", {"percent": self.percent})
        if self.amount is not None:
            off = Money(self.amount, currency)
        if self.amount is None and self.percent is None:
            what = Sentence("free shipping")
        elif self.free_shipping:
            what = Sentence("{off} off and free shipping", {"off": off})
        else:
            what = Sentence("{off} off", {"off": off})
        if self.minimum_order:
            least = Money(self.minimum_order, currency)
            return Sentence("{what}, for an order of at least {least}", {"what": what, "least": least})
        return what


def terms_of(stored: Mapping[str, Any], *, currency: str) -> VoucherTerms:
    """The terms that a document states. Raises Refusal for what does not fit, or has more decimals than the money."""
    try:
        found = VoucherTerms.model_validate(stored)
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(part) for part in first["loc"])
        raise Refusal(
            "bad_voucher_terms",
            "The voucher cannot be made like this",
            detail=f"{path or 'terms'}: {first['msg'].removeprefix('Value error, ')}.",
            remedy="Correct it: an amount or a percentage, free shipping, or codes that are used elsewhere.",
            field=f"terms.{path}" if path else "terms",
        ) from None
    for name in ("amount", "most", "minimum_order"):
        value: Decimal | None = getattr(found, name)
        if value is not None:
            to_minor(value, currency, field=f"terms.{name}")
    return found


def one_of(value: str, wanted: Sequence[str]) -> bool:
    """Whether a name is among those that are wanted, in whatever case; where none is, every name is."""
    return not wanted or value.casefold() in {each.casefold() for each in wanted}
