"""Members who turned out to be one person, as others may know them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from typing import NamedTuple
from uuid import UUID

from regulars.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class Merge:
    """The duplicate became part of the kept member. undo_until: the last local day on which that can be undone.

    note: why, in words of staff. standings: the tiers of both just before, as JSON text.
    """

    id: UUID
    programme_id: int
    duplicate: UUID
    kept: UUID
    note: str
    standings: str
    undo_until: date
    merged_at: datetime
    by: str
    undone_at: datetime | None = None
    undone_by: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether the duplicate is still part of the kept member."""
        return self.undone_at is None


class Move(NamedTuple):
    """Points that a merge brought to the kept member. id: the cause of the postings of both.

    lot: of the duplicate, whose rest moved; None: a deficit moved. entry: of the kept member, where a lot moved its new
    lot as well. absorbed: of the points, those that paid off a deficit of the kept member.
    """

    id: bytes
    merge_id: UUID
    point_type: int
    lot: bytes | None
    entry: bytes
    points: int
    absorbed: int


class TakenBack(NamedTuple):
    """A bonus for once in a life that both members had: of the newer one, `points` of `due` were still there.

    id: the cause of the postings. lot: of the grant, with whoever got it.
    """

    id: bytes
    merge_id: UUID
    point_type: int
    rule: str
    lot: bytes
    due: int
    points: int


class BroughtKind(IntEnum):
    """A consent of the kept member that is another now; a list that the duplicate left; one that the kept joined."""

    consent = 1
    left = 2
    joined = 3


class Brought(NamedTuple):
    """What a merge changed beside points. subject: the id of the consent, or the number of the audience."""

    merge_id: UUID
    kind: BroughtKind
    subject: str


@dataclass(frozen=True, slots=True)
class Distinction:
    """Two members look like one person and are not. first: the one with the smaller id; note: of staff."""

    id: UUID
    programme_id: int
    first: UUID
    second: UUID
    note: str
    decided_at: datetime
    by: str
    undone_at: datetime | None = None
    undone_by: str | None = None


class LotMoved(NamedTuple):
    """Where a lot went: to the lot `to`, and whether it is there still, or came back."""

    lot: bytes
    to: bytes
    is_there: bool


class DistinctionNotFound(NotFound):
    """Nobody told two members apart under this id."""

    def __init__(self, identifier: UUID) -> None:
        super().__init__(
            "distinction_not_found",
            "There is no such decision",
            detail=f"No two members were told apart under the id {identifier}.",
            remedy="Take the id from the list of members who were told apart.",
            field="distinction",
        )


class MergeNotFound(NotFound):
    """No merge of this member has the id."""

    def __init__(self, identifier: UUID) -> None:
        super().__init__(
            "merge_not_found",
            "There is no such merge",
            detail=f"No merge of this member has the id {identifier}.",
            remedy="Take the id from the answer that made it, or from the member's list of merges.",
            field="merge",
        )
