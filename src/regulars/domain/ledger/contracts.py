"""The ledger's words: accounts, transfers, lots, holds. The ledger knows owners and causes only as ids."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from typing import NamedTuple
from uuid import UUID

from regulars.kernel.errors import Refusal


class Account(IntEnum):
    """The chart of accounts. Below 10: accounts of an owner, with a balance; from 10: of the programme, sums only."""

    available = 1
    held = 2
    issued = 11
    redeemed = 12
    expired = 13
    adjusted = 14


class CauseKind(IntEnum):
    """What made a transfer necessary; `cause` is the id of that thing."""

    event = 1
    redemption = 2
    adjustment = 3
    expiry = 4
    reversal = 5
    adjustment_undone = 20


class HoldState(IntEnum):
    """A hold ends settled or released, never both."""

    open = 1
    settled = 2
    released = 3


class Entry(NamedTuple):
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
    """What an owner has of one point type. available: spendable, below zero only where may_overdraw."""

    available: int = 0
    held: int = 0
    entry_no: int = 0
    may_overdraw: bool = False


@dataclass(slots=True)
class OpenLot:
    """A grant of points that is not used up."""

    id: bytes
    amount: int
    remaining: int
    earned_at: datetime
    last_day: date | None


class NewLot(NamedTuple):
    """A lot as it is first written; its id is the id of the transfer that granted it."""

    id: bytes
    owner: bytes
    point_type: int
    amount: int
    remaining: int
    earned_at: datetime
    last_day: date | None


class Allocation(NamedTuple):
    """A lot paid for a transfer; a negative amount gives points back to the lot."""

    transfer_id: bytes
    lot_id: bytes
    amount: int


@dataclass(frozen=True, slots=True)
class Hold:
    """Points set aside for something that is not yet certain."""

    id: UUID
    owner: UUID
    point_type: int
    amount: int
    state: HoldState
    transfer_id: UUID
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One line of an owner's statement. points: signed, as the owner's spendable balance saw it."""

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


@dataclass(frozen=True, slots=True)
class Expiring:
    """Points that go after their last day if they are not spent."""

    last_day: date
    points: int


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
