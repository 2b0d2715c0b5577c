"""The closed list of what granting a reward gives. Pure: a reward type says it, and flows/granting does it.

One more kind is one class here and one file in flows/granting/effects. A redemption keeps what it gave in this form,
so never change what a field means; add a new one with a default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, ClassVar

from pydantic import TypeAdapter

from regulars.kernel.words import Money, Sentence


@dataclass(frozen=True, slots=True)
class IssueVoucher:
    """A code that works once, until last_day; None: for ever.

    percent or amount off the order, of at least minimum_order; categories: off these alone; at_most: never more than
    this. free_shipping: nothing is paid for sending it. item: what is handed out against the code.
    """

    kind: ClassVar[str] = "voucher"

    last_day: date | None = None
    percent: Decimal | None = None
    amount: Decimal | None = None
    minimum_order: Decimal = Decimal(0)
    categories: tuple[str, ...] = ()
    at_most: Decimal | None = None
    free_shipping: bool = False
    item: str = ""

    def words(self, currency: str) -> Sentence:
        """What it is, as the member reads it; likewise for all others."""
        if self.item:
            return Sentence("A code for {item}", {"item": self.item})
        return Sentence("A code for free shipping") if self.free_shipping else Sentence("A code for a discount")


@dataclass(frozen=True, slots=True)
class TakePoolCode:
    """A code of somebody else, out of a pool that was imported. pool: its code."""

    kind: ClassVar[str] = "pool_code"

    pool: str
    last_day: date | None = None

    def words(self, currency: str) -> Sentence:
        return Sentence("A code of a partner")


@dataclass(frozen=True, slots=True)
class EarnMoney:
    """Credit in a point type that counts money. amount: in units of its currency."""

    kind: ClassVar[str] = "money"

    point_type: str
    amount: Decimal

    def words(self, currency: str) -> Sentence:
        return Sentence("{amount} of credit", {"amount": Money(self.amount, currency)})


@dataclass(frozen=True, slots=True)
class LoadValue:
    """Money on the member's stored value. amount: in units of the programme's currency."""

    kind: ClassVar[str] = "stored_value"

    amount: Decimal

    def words(self, currency: str) -> Sentence:
        return Sentence("{amount} to pay with", {"amount": Money(self.amount, currency)})


@dataclass(frozen=True, slots=True)
class ItemToHandOver:
    """Staff hand something over, or send it. quantity: how many; last_day: until when it waits; None: for ever."""

    kind: ClassVar[str] = "item"

    item: str
    quantity: int = 1
    is_sent: bool = False
    last_day: date | None = None

    def words(self, currency: str) -> Sentence:
        if self.quantity == 1:
            return Sentence("{item}", {"item": self.item})
        return Sentence("{count} times {item}", {"count": self.quantity, "item": self.item})


@dataclass(frozen=True, slots=True)
class Donation:
    """Money for a charity, which the merchant passes on. amount: in units of the programme's currency."""

    kind: ClassVar[str] = "donation"

    charity: str
    amount: Decimal

    def words(self, currency: str) -> Sentence:
        return Sentence("{amount} for {charities}", {"amount": Money(self.amount, currency), "charities": self.charity})


@dataclass(frozen=True, slots=True)
class Access:
    """Something to read in the portal, until last_day; None: for ever. text, link: what is there, one or both."""

    kind: ClassVar[str] = "access"

    title: str
    text: str = ""
    link: str = ""
    last_day: date | None = None

    def words(self, currency: str) -> Sentence:
        return Sentence("{item}", {"item": self.title})


@dataclass(frozen=True, slots=True)
class Window:
    """The member may do something earlier than others: from first_day to last_day, both included."""

    kind: ClassVar[str] = "window"

    title: str
    first_day: date
    last_day: date
    link: str = ""

    def words(self, currency: str) -> Sentence:
        return Sentence(
            "Early access to {what}, {first} to {last}",
            {"what": self.title, "first": self.first_day, "last": self.last_day},
        )


Gift = IssueVoucher | TakePoolCode | EarnMoney | LoadValue | ItemToHandOver | Donation | Access | Window

GIFTS: Mapping[str, type[Gift]] = {
    each.kind: each
    for each in (IssueVoucher, TakePoolCode, EarnMoney, LoadValue, ItemToHandOver, Donation, Access, Window)
}
"""By kind."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reward asks of the member. name: how programs call it; title: the question in words; options: answers."""

    name: str
    title: Sentence
    options: tuple[str, ...]


def encoded(gift: Gift) -> dict[str, Any]:
    """As a redemption keeps it, without what is as usual."""
    written: dict[str, Any] = _adapter(gift.kind).dump_python(gift, mode="json", exclude_defaults=True)
    return written


def decoded(kind: str, written: dict[str, Any]) -> Gift:
    """As it was given."""
    return _adapter(kind).validate_python(written)


@cache
def _adapter(kind: str) -> TypeAdapter[Gift]:
    return TypeAdapter(GIFTS[kind])
