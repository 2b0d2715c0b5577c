"""Events as senders write them, and as the product answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

import msgspec

from regulars.domain.earning.contracts import Data, Verdict

ORDER = "order"
RETURN = "return"
ENROLLED = "member.enrolled"
BIRTHDAY = "member.birthday"
ANNIVERSARY = "member.anniversary"
INACTIVE = "member.inactive"
OCCASIONS = (BIRTHDAY, ANNIVERSARY, INACTIVE)
"""Events that time makes (flows/send_occasions.py): nothing that a member did."""
OWN = frozenset({ENROLLED, *OCCASIONS})
"""Event types that Regulars alone sends."""
MOST_LINES = 2_000
"""Lines of one order; more is a catalogue, not a basket."""
MOST_PIECES = 1_000_000_000
"""Quantity of one line."""
MOST_POINTS = 1_000_000_000
"""Points that pay for one order."""


class OrderLine(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One line of an order. amount: what was paid for it; quantity: pieces or weight."""

    amount: Decimal
    sku: str = ""
    name: str = ""
    category: str = ""
    brand: str = ""
    quantity: Decimal = Decimal(1)


class PointsUsed(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Points that pay for part of an order. points: how many; amount: what they were worth on the receipt.

    hold: the hold that pays; what it has beyond these points goes back to the member. None: the balance pays.
    """

    points: int
    amount: Decimal
    point_type: str = "points"
    hold: UUID | None = None


class Order(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """An order. number: unique for ever within the event's source.

    total: what was to be paid, after discounts. points_used: points that paid for part of the total.
    """

    number: str
    currency: str
    total: Decimal
    channel: str = ""
    store: str = ""
    lines: list[OrderLine] = []
    points_used: PointsUsed | None = None


class MemberReference(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Which member: exactly one of these."""

    id: UUID | None = None
    external_id: str | None = None
    email: str | None = None
    phone: str | None = None
    card: str | None = None


class ReturnedLine(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A line that comes back. line: its place in the order, from 1, or sku: its article. quantity: None: all of it."""

    line: int | None = None
    sku: str | None = None
    quantity: Decimal | None = None


class ReturnedOrder(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Names the order that is returned, by its number and source (None: that of the event).

    lines: which lines come back; amount: how much money goes back. Neither: the whole order. Both: these lines, and
    exactly this money.
    """

    order_number: str
    source: str | None = None
    lines: list[ReturnedLine] = []
    amount: Decimal | None = None


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


OnceKey = tuple[bytes, str, str]
"""(member, event type, subject): what counts once. subject: a text, a local day, or empty."""


class PendingOut(msgspec.Struct, omit_defaults=True):
    """For what earned points wait, in an answer: a day on which they become spendable, or an event.

    blocked: the member is blocked, so they also wait for the release.
    """

    activates_on: str | None = None
    waits_for: str = ""
    cancels_after: str | None = None
    blocked: bool = False


class EarnedOut(msgspec.Struct, omit_defaults=True):
    """Points that an event gave, in its answer. pending: None when they can be spent at once."""

    type: str
    point_type: str
    points: int
    rule: str
    name: str
    transfer: str
    last_day: str | None
    pending: PendingOut | None = None


class PaidOut(msgspec.Struct, omit_defaults=True):
    """Points that paid for part of an order, in its answer. hold: the hold that paid; None: the balance did."""

    type: str
    point_type: str
    points: int
    transfer: str
    hold: str | None = None


class RevokedOut(msgspec.Struct):
    """Points that a return took back, in its answer. due: what the rules ask for; points: what was taken."""

    type: str
    point_type: str
    points: int
    due: int
    rule: str
    name: str
    transfers: list[str]


class RestoredOut(msgspec.Struct):
    """Points that had paid for a returned order and came back to the member, in its answer."""

    type: str
    point_type: str
    points: int
    transfer: str


class ActivatedOut(msgspec.Struct):
    """Pending points that this event made spendable, in its answer."""

    type: str
    point_type: str
    points: int
    transfer: str
    last_day: str | None


class NothingOut(msgspec.Struct):
    """Why an event changed nothing, in its answer: a code, and words."""

    type: str
    code: str
    detail: str


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
    pending: int = 0


class BadgeOut(msgspec.Struct):
    """A badge that the member has now (award_badge), or no longer (take_badge), in an answer."""

    type: str
    badge: str
    name: str


Shown = EarnedOut | PaidOut | RevokedOut | RestoredOut | ActivatedOut | NothingOut | TierOut | BadgeOut
"""What an event did, as its answer shows it."""


class ReturnedOut(msgspec.Struct):
    """How much of an order came back with this return, and how much is left of it, in its answer."""

    order: str
    event: str
    amount: str
    whole: bool
    left: str


class Answer(msgspec.Struct, omit_defaults=True):
    """What the sender of an event learns: effects, balances, and what every rule said.

    status: accepted; or waiting, for a return whose order is not known yet. rules: of a return, what they say of what
    is left of the order.
    """

    event: str
    id: str
    status: str
    member: str
    rulebook_version: int
    effects: list[Shown]
    balances: dict[str, BalanceOut]
    tiers: dict[str, str]
    rules: list[Verdict]
    returned: ReturnedOut | None = None


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
    state: bytes | None = None


class NewReturn(NamedTuple):
    """A return as it is written. id: of its event; order_id: of the order's event, and member_id: who had bought it.

    amount_minor: what came back.

    whole: with it nothing of the order is left. ordered_at: when the order happened.
    """

    id: bytes
    member_id: bytes
    order_id: bytes
    ordered_at: datetime
    amount_minor: int
    whole: bool


class AwaitingReturn(NamedTuple):
    """A return that came before its order. order_key: the order's claim."""

    order_key: bytes
    return_id: bytes
    member_id: bytes


@dataclass(frozen=True, slots=True)
class WaitingReturn:
    """A return that came before its order. ended_at: when it was done or refused; refusal: why, in English."""

    id: UUID
    member_id: UUID
    ended_at: datetime | None
    refusal: str


@dataclass(frozen=True, slots=True)
class StoredReturn:
    """A return that was applied, or waits."""

    id: UUID
    order_id: UUID
    member_id: UUID
    amount_minor: int
    whole: bool
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as it was accepted. body, answer: JSON text. state: the member as the rules saw it, as JSON text."""

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
    state: str | None = None


@dataclass(frozen=True, slots=True)
class OrderSummary:
    """An order for lists. amount_minor: minor units of the programme's currency."""

    event_id: UUID
    member_id: UUID
    number: str
    source: str
    amount_minor: int
    occurred_at: datetime
