"""The ledger's words: accounts, transfers, lots, holds. The ledger knows owners and causes only as ids."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum
from typing import NamedTuple
from uuid import UUID

import msgspec

from regulars.kernel.errors import NotFound, Refusal

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Account(IntEnum):
    """The chart of accounts. Below 10: accounts of an owner, with a balance; from 10: of the programme, sums only."""

    available = 1
    held = 2
    pending = 3
    issued = 11
    redeemed = 12
    expired = 13
    adjusted = 14
    reversed = 15
    transferred = 16
    charged = 17
    loaded = 18
    promoted = 19


class CauseKind(IntEnum):
    """What made a transfer necessary; `cause` is the id of that thing."""

    event = 1
    redemption = 2
    adjustment = 3
    expiry = 4
    reversal = 5
    activation = 6
    order_return = 7
    cancellation = 8
    transfer = 9
    hold = 11
    reward = 12
    reward_undone = 13
    stored_value = 14
    adjustment_undone = 20
    merge = 30
    merge_undone = 31
    extension = 40
    expiry_restart = 41


class HoldState(IntEnum):
    """A hold ends settled or released, never both. given_back: settled without an order, and undone later."""

    open = 1
    settled = 2
    released = 3
    given_back = 4


class Entry(msgspec.Struct, gc=False):
    """One transfer as it is written. Ids as sixteen bytes; balance_after: what the owner can spend afterwards."""

    id: bytes
    owner: bytes
    point_type: int
    entry_no: int
    debit: int
    credit: int
    amount: int
    balance_after: int
    cause_kind: int
    cause: bytes
    occurred_at: datetime
    reason: str


@dataclass(slots=True)
class Balance:
    """What an owner has of one point type.

    available: spendable, below zero only where may_overdraw. pending: visible, and not spendable yet.
    frozen: somebody stopped it, and nothing can be spent.
    """

    available: int = 0
    held: int = 0
    entry_no: int = 0
    may_overdraw: bool = False
    pending: int = 0
    frozen: bool = False


class OpenLot(msgspec.Struct, gc=False):
    """A grant of points that is not used up. renewable: its last day moves on with the owner's activity."""

    id: bytes
    amount: int
    remaining: int
    earned_at: datetime
    last_day: date | None
    renewable: bool = False


@dataclass(slots=True)
class PendingLot:
    """A grant that cannot be spent yet. waiting: points that still wait.

    activates_on: the local day on which they can be spent; None: waits_for, an event type, decides. cancels_after: the
    last local day on which that event still counts. cause: what granted them. last_day: known once it is known when
    they become active; expiry: the policy that tells it then, as JSON. frozen: the owner is blocked; the points stay
    pending until the release, and have the dates that they would have without it.
    """

    id: bytes
    owner: bytes
    point_type: int
    amount: int
    waiting: int
    earned_at: datetime
    activates_on: date | None
    waits_for: str
    cancels_after: date | None
    cause: bytes
    last_day: date | None
    expiry: str
    renewable: bool = False
    frozen: bool = False

    def is_ripe(self, today: date) -> bool:
        """Whether the points could be spent that day if the owner were not blocked."""
        due = self.activates_on is not None and self.activates_on <= today
        return self.frozen and due and (self.last_day is None or self.last_day >= today)


class Revocation(NamedTuple):
    """Points of a grant that no longer count as earned. points: how many are due; taken: how many were there to take.

    cause: what revokes; grant_cause and reason: what granted, and by which rule; earned_at: when that was.
    """

    id: bytes
    owner: bytes
    point_type: int
    cause: bytes
    grant_cause: bytes
    reason: str
    points: int
    taken: int
    earned_at: datetime


class Extension(NamedTuple):
    """The last day of a lot was changed, and why."""

    id: bytes
    owner: bytes
    lot_id: bytes
    from_day: date | None
    to_day: date | None
    cause_kind: int
    cause: bytes


class Renewal(NamedTuple):
    """Activity on `day` keeps renewable lots until last_day; lots that were gone by then stay gone."""

    day: date
    last_day: date


class NewLot(msgspec.Struct, gc=False):
    """A lot as it is first written; its id is the id of the transfer that granted it."""

    id: bytes
    owner: bytes
    point_type: int
    amount: int
    remaining: int
    earned_at: datetime
    last_day: date | None
    renewable: bool = False


class Allocation(msgspec.Struct, gc=False):
    """A lot paid for a transfer; a negative amount gives points back to the lot."""

    transfer_id: bytes
    lot_id: bytes
    amount: int


@dataclass(frozen=True, slots=True)
class Hold:
    """Points set aside for something that is not yet certain.

    settled: how many were spent in the end; order_event: of the order that it paid for; given_back_for: why they were
    given back after all. purpose, by: empty where a redemption placed the hold. cause_kind, cause: of the entry that
    set the points aside; of a hold that stands for itself, the hold.
    """

    id: UUID
    owner: UUID
    point_type: int
    amount: int
    settled: int
    state: HoldState
    transfer_id: UUID
    created_at: datetime
    expires_at: datetime
    closed_at: datetime | None
    purpose: str
    by: str
    cause_kind: CauseKind
    cause: UUID
    order_event: UUID | None = None
    given_back_at: datetime | None = None
    given_back_for: str = ""

    @property
    def released(self) -> int:
        """Points that were not needed, and went back to the lots when the hold ended."""
        return 0 if self.state is HoldState.open else self.amount - self.settled


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One line of an owner's statement. points: signed, as the owner's spendable balance saw it; amount: what moved.

    owner: whose statement it is.
    """

    id: UUID
    point_type: int
    entry_no: int
    points: int
    balance_after: int
    debit: Account
    credit: Account
    cause_kind: CauseKind
    cause: UUID
    reason: str
    occurred_at: datetime
    posted_at: datetime
    amount: int
    owner: UUID


@dataclass(frozen=True, slots=True)
class LotOnFile:
    """A grant of points that can be spent, or waits, with what granted it.

    remaining: can be spent. waiting: cannot be spent yet; until when is in activates_on, waits_for and cancels_after,
    as in PendingLot. cause_kind, cause, reason: of the entry that granted it, which has the lot's id.
    """

    id: UUID
    point_type: int
    amount: int
    remaining: int
    waiting: int
    earned_at: datetime
    last_day: date | None
    activates_on: date | None
    waits_for: str
    cancels_after: date | None
    cause_kind: CauseKind
    cause: UUID
    reason: str
    owner: UUID

    @property
    def place(self) -> LotPlace:
        """Where the lot stands in the list of its owner's lots."""
        day = self.last_day if self.remaining else self.activates_on
        return LotPlace(not self.remaining, day or date.max, self.earned_at, self.id)


class LotPlace(NamedTuple):
    """A place in an owner's lots, from which a list goes on, whatever was spent or came meanwhile.

    waits: after those that can be spent. day: the last day, or the first; date.max for none.
    """

    waits: bool
    day: date
    earned_at: datetime
    id: UUID

    def written(self) -> str:
        """As text for an address."""
        microseconds = (self.earned_at - _EPOCH) // timedelta(microseconds=1)
        return f"{self.waits:d}-{self.day.toordinal():x}-{microseconds:x}-{self.id.hex}"

    @classmethod
    def read(cls, text: str) -> LotPlace | None:
        """The place that was written; None: this is none."""
        try:
            waits, day, ticks, lot = text.split("-")
            at = _EPOCH + timedelta(microseconds=int(ticks, 16))
            return cls({"0": False, "1": True}[waits], date.fromordinal(int(day, 16)), at, UUID(hex=lot))
        except (ValueError, KeyError, OverflowError):
            return None


@dataclass(frozen=True, slots=True)
class LotPart:
    """What one entry took from a lot, or gave back to it. points: taken; with a minus: given back."""

    lot: LotOnFile
    points: int


class Granted(NamedTuple):
    """Points that a rule gave for an event. lot: the id of their lot; cause: the event."""

    rule: str
    point_type: int
    lot: bytes
    cause: bytes
    points: int
    occurred_at: datetime


class LotFate(NamedTuple):
    """What became of a lot, beside being spent.

    lost: points that nobody has any more: expired, cancelled before they became active, or taken back because a merge
    showed that they had been given twice. moved: a merge brought the lot to another owner, for a while at least.
    """

    lost: int
    moved: bool


class GoingPoints(NamedTuple):
    """Points of one owner that go after the same last day if they are not spent."""

    owner: bytes
    point_type: int
    last_day: date
    points: int


class ChangeOfLots(NamedTuple):
    """What another last day would mean for the open lots of one point type, in owners and in points.

    at_once: gone before the day after the change; soon: within SOON days of it, those that go at once included.
    """

    owners: int
    later_owners: int
    later: int
    earlier_owners: int
    earlier: int
    soon_owners: int
    soon: int
    at_once_owners: int
    at_once: int


@dataclass(frozen=True, slots=True)
class Expiring:
    """Points that go after their last day if they are not spent."""

    last_day: date
    points: int


class HoldNotFound(NotFound):
    """No hold of the member has the id."""

    def __init__(self, identifier: UUID) -> None:
        super().__init__(
            "hold_not_found",
            "There is no such hold",
            detail=f"No points of the member were set aside under the id {identifier}.",
            remedy="Take the id from the answer that set them aside, or from the member's list of holds.",
            field="hold",
        )


class NotEnoughPoints(Refusal):
    """The owner has fewer points than are asked for."""

    def __init__(self, *, available: int, asked: int) -> None:
        super().__init__(
            "not_enough_points",
            "There are not enough points",
            detail=f"{asked:,} points are needed and {available:,} can be spent.",
            remedy=f"Choose something for at most {max(available, 0):,} points, or earn {asked - available:,} more.",
        )
        self.available = available
        self.asked = asked
