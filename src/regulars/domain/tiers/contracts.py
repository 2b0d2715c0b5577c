"""What others learn about standings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from typing import NamedTuple
from uuid import UUID


class ChangeCause(IntEnum):
    """What moved a member: an event (a return, too), the nightly review, or that members became one, or two again."""

    event = 1
    review = 2
    merge = 30
    merge_undone = 31


@dataclass(frozen=True, slots=True)
class MemberStanding:
    """A member's place on one ladder, for display. score: minor units or points within the window."""

    member_id: UUID
    ladder: str
    tier: str
    since: datetime
    score: int
    counted_from: date
    review_on: date


@dataclass(frozen=True, slots=True)
class TierChange:
    """One step up or down."""

    ladder: str
    from_tier: str
    to_tier: str
    score: int
    changed_at: datetime


class NewChange(NamedTuple):
    """A tier change as it is written."""

    member_id: bytes
    ladder: str
    from_tier: str
    to_tier: str
    score: int
    changed_at: datetime
    cause_kind: int
    cause: bytes
