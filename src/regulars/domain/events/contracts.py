"""Events as senders write them, and as the product answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import IntEnum
from typing import NamedTuple
from uuid import UUID

import msgspec

from regulars.domain.earning.contracts import Data, Verdict

ORDER = "order"
RETURN = "return"
ENROLLED = "member.enrolled"
MOST_LINES = 2_000
"""Lines of one order; more is a catalogue, not a basket."""
MOST_PIECES = 1_000_000_000
"""Quantity of one line."""


class OrderLine(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One line of an order. amount: what was paid for it; quantity: pieces or weight."""

    amount: Decimal
    sku: str = ""
    name: str = ""
    category: str = ""
    brand: str = ""
    quantity: Decimal = Decimal(1)


class Order(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """An order. total: what the member paid, after discounts; number: unique for ever within the event's source."""

    number: str
    currency: str
    total: Decimal
    channel: str = ""
    store: str = ""
    lines: list[OrderLine] = []


class MemberReference(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Which member: exactly one of these."""

    id: UUID | None = None
    external_id: str | None = None
    email: str | None = None
    phone: str | None = None
    card: str | None = None


class ReturnedOrder(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Names the order that is returned."""

    order_number: str


class Event(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Something that a member did. id: the sender's own, unique for ever within the source.

    occurred_at: with its offset. source: the system it comes from. order: for events of type `order`. data: anything
    else that rules may ask about, flat.
    """

    id: str
    type: str
    member: MemberReference
    occurred_at: datetime
    source: str = "api"
    channel: str = ""
    store: str = ""
    order: Order | None = None
    return_: ReturnedOrder | None = msgspec.field(name="return", default=None)
    data: dict[str, Data] = {}


class EarnedOut(msgspec.Struct):
    """Points that an event gave, in its answer."""

    type: str
    point_type: str
    points: int
    rule: str
    name: str
    transfer: str
    last_day: str | None


class TierOut(msgspec.Struct):
    """A tier change, in an answer."""

    type: str
    ladder: str
    from_tier: str
    to_tier: str


class BalanceOut(msgspec.Struct):
    """A balance right after the event, in its answer."""

    available: int
    held: int


class Answer(msgspec.Struct):
    """What the sender of an event learns: effects, balances, and what every rule said."""

    event: str
    id: str
    status: str
    member: str
    rulebook_version: int
    effects: list[EarnedOut | TierOut]
    balances: dict[str, BalanceOut]
    tiers: dict[str, str]
    rules: list[Verdict]


class ClaimKind(IntEnum):
    """What may exist only once."""

    event = 1
    order = 2


class Claim(NamedTuple):
    """The right to be the only one of that key. bucket: hash of what is claimed."""

    bucket: int
    key: bytes
    event_id: bytes
    digest: bytes


@dataclass(slots=True)
class History:
    """A member's past in figures. spent_minor: sum of order totals."""

    events: int = 0
    orders: int = 0
    spent_minor: int = 0
    first_order_at: datetime | None = None
    last_order_at: datetime | None = None


class NewEvent(NamedTuple):
    """An event as it is written."""

    id: bytes
    member_id: bytes
    rulebook_id: int
    amount_minor: int
    occurred_at: datetime
    type: bytes
    source: bytes
    external_id: bytes
    order_number: bytes | None
    body: bytes
    answer: bytes


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as it was accepted. body, answer: JSON text."""

    id: UUID
    member_id: UUID
    rulebook_id: int
    type: str
    source: str
    external_id: str
    order_number: str | None
    amount_minor: int
    occurred_at: datetime
    received_at: datetime
    body: str
    answer: str


@dataclass(frozen=True, slots=True)
class OrderSummary:
    """An order for lists. amount_minor: minor units of the programme's currency."""

    event_id: UUID
    member_id: UUID
    number: str
    source: str
    amount_minor: int
    occurred_at: datetime
