"""What others learn about standings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from typing import NamedTuple
from uuid import UUID


class ChangeCause(IntEnum):
    """What moved a member: an event (a return, too), a review, an act of staff, another version of the ladder, going
    back to the one before, or that members became one, or two again.
    """

    event = 1
    review = 2
    staff = 3
    ladder = 4
    ladder_undone = 5
    merge = 30
    merge_undone = 31


class AssignmentKind(IntEnum):
    """Why staff gave a tier. matched: the member has that status in another programme, and proved it."""

    manual = 1
    invited = 2
    matched = 3


class AssignmentEnd(IntEnum):
    """How a tier that staff gave came to its end."""

    time_over = 1
    withdrawn = 2
    declined = 3
    replaced = 4


@dataclass(frozen=True, slots=True)
class Assignment:
    """A tier that staff gave. until: its last local day, None: without an end. proof: of a match.

    accepted_at: when the member accepted an invitation.
    """

    id: UUID
    member_id: UUID
    ladder: str
    tier: str
    kind: AssignmentKind
    reason: str
    proof: str
    until: date | None
    given_by: str
    given_at: datetime
    accepted_at: datetime | None = None


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
    """One step up or down. cause: what moved the member. member_id: whose, where several are one person."""

    ladder: str
    from_tier: str
    to_tier: str
    score: int
    changed_at: datetime
    cause: ChangeCause
    member_id: UUID


@dataclass(frozen=True, slots=True)
class Changeover:
    """How far bringing members over to another ladder has come. version: since which that ladder is there.

    total: members who stood on the ladder when it began; done: of them; up, down, kept: by the tier of their own.
    """

    ladder: str
    version: int
    total: int
    done: int
    up: int
    down: int
    kept: int
    after: UUID | None
    started_at: datetime
    finished_at: datetime | None


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
