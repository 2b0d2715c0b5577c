"""What evaluation takes and gives: the event, the member as the rules see them, and a verdict for every rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

import msgspec

from regulars.domain.earning.past import NOTHING, Count, Past
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
    local: occurred_at in the programme's time zone. id: source and id as the sender gave them, for draws.
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
    id: str = ""


class BudgetKey(NamedTuple):
    """A budget in one of its periods. key: `campaign:summer` or `rule:base`; period: the first day of the period."""

    key: str
    period: date


class MemberState(msgspec.Struct):
    """The member just before the event, and what the rules could still give.

    tiers: ladder -> tier id; orders: how many were counted so far. past: of the tallies, what the rules of this event
    read. known: what else they read about the member, by the fact's name, and nothing more (`personal`).
    left: what budgets have left, in their own measure; a budget that is not there has no end.
    is_repeat: an event of this type, which counts once, has counted before.
    ahead: of ladders whose tiers may change in the middle of the order, (what is missing, tier) of those it reaches.
    """

    enrolled_at: datetime
    orders: int = 0
    tiers: dict[str, str] = {}
    past: Past = NOTHING
    known: dict[str, Data] = {}
    left: Mapping[BudgetKey, Decimal] = {}
    is_repeat: bool = False
    ahead: Mapping[str, Sequence[tuple[int, str]]] = {}


@dataclass(frozen=True, slots=True)
class Person:
    """What rules may know about a person. channel: how the member joined; consents: ids of those that are given;
    audiences: codes of those that the member is in, of those that rules ask for."""

    language: str
    channel: str
    birth_date: date | None = None
    attributes: Mapping[str, Data] = field(default_factory=dict)
    consents: frozenset[str] = frozenset()
    audiences: frozenset[str] = frozenset()


class Verdict(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one rule said about one event, fired or not.

    points: what it gave, after rounding and limits. exact: before rounding, as decimal text. inputs: the numbers it
    used. failed: path of the condition that failed ("when.all.1", "campaign.when"), "lines" when no line matched,
    "valid" or "campaign.valid" outside the dates, "nothing" when the amount came to zero, "limits.per_member.0",
    "limits.cooldown", "limits.budget" or "campaign.budget" when nothing was left, "stacking" when another offer won,
    "broken" when it could not be worked out, "once" when such an event counted before. actual: what the failing
    condition or limit saw, the rule that won.
    wanted: the points before limits, where they were more. by: of points that were cut, the limit that did it; of
    stacking, how the other won: "highest", "lowest", "first", or "tie" for equal ones of which it is the first.
    """

    rule: str
    fired: bool
    point_type: str = ""
    points: int = 0
    exact: str = ""
    inputs: dict[str, Data] = {}
    failed: str = ""
    actual: str = ""
    wanted: int = 0
    by: str = ""


class Draw(NamedTuple):
    """What a rule's points take from a budget. counts: what one point takes there, 1 where it counts points.

    worth: what one point is worth in the programme's currency.
    """

    rule: str
    budget: BudgetKey
    points: int
    counts: Decimal
    worth: Decimal


class Evaluation(msgspec.Struct, frozen=True):
    """The outcome: effects to apply, and verdicts in the order in which the rules were asked.

    verdicts: of every rule; where there are many, only those that cannot be found out later from event and member.
    counts: what the event adds to the member's tallies, whether or not it gave points.
    draws: what the effects take from campaigns and budgets. defects: rules that could not be worked out, and why.
    """

    effects: list[Effect]
    verdicts: list[Verdict]
    counts: list[Count] = []
    draws: list[Draw] = []
    defects: list[tuple[str, Exception]] = []
    scarce: bool = False
    """Whether a budget left less than a rule would have given: what was left is then kept with the event."""
