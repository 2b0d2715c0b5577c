"""What evaluation takes and gives: the event, the member as the rules see them, and a verdict for every rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

import msgspec

from regulars.domain.effects import Effect

Data = str | int | float | bool | None
"""What a sender may put into `data` of an event."""


class Line(msgspec.Struct):
    """One line of an order. amount_minor: what was paid for the line, in minor units; quantity: may be a weight."""

    sku: str
    name: str
    category: str
    brand: str
    quantity: Decimal
    amount_minor: int


class Occurrence(msgspec.Struct):
    """An event as the rules see it.

    amount_minor: what the member paid, in minor units of `currency` (0 for events without money).
    local: occurred_at in the programme's time zone.
    """

    type: str
    occurred_at: datetime
    local: datetime
    currency: str
    places: int
    amount_minor: int
    lines: list[Line]
    channel: str
    store: str
    data: dict[str, Data]


@dataclass(slots=True)
class MemberState:
    """The member just before the event. tiers: ladder -> tier id; orders: how many were counted so far.

    known: what else the rules of this event read about the member, by the fact's name, and nothing more.
    """

    enrolled_at: datetime
    orders: int = 0
    tiers: dict[str, str] = field(default_factory=dict)
    known: dict[str, Data] = field(default_factory=dict)


class Verdict(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one rule said about one event, fired or not.

    points: what it gave, after rounding. exact: before rounding, as decimal text. inputs: the numbers it used.
    failed: path of the condition that failed ("when.all.1"), "lines" when no line matched, "valid" outside its dates,
    "nothing" when the amount came to zero. actual: what the failing condition saw.
    """

    rule: str
    fired: bool
    point_type: str = ""
    points: int = 0
    exact: str = ""
    inputs: dict[str, Data] = {}
    failed: str = ""
    actual: str = ""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The outcome: effects to apply, and the verdict of every rule in the order in which they were asked."""

    effects: list[Effect]
    verdicts: list[Verdict]
