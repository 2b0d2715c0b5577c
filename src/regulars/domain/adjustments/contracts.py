"""Adjustments as others know them: what staff gave or took, who stood for it, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from uuid import UUID

from regulars.kernel.errors import Conflict, NotFound, Refusal

UNDO_FOR = timedelta(seconds=10)
"""How long an adjustment can be taken back as if it had never been; after that it is reversed."""


class AdjustmentState(IntEnum):
    """waiting: for a second person. posted: in the books. declined: never was. reversed, undone: in the books twice."""

    waiting = 1
    posted = 2
    declined = 3
    reversed = 4
    undone = 5


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Points that staff gave (above zero) or took (below zero), or ask to.

    reason_name: as it was called then. by: who asked for it; decided_by: the second person, where one decided;
    decision: why it was declined. day: the local day whose limit it counts for. reversed_points: how many moved back,
    without sign.
    """

    id: UUID
    programme_id: int
    member_id: UUID
    point_type: int
    points: int
    reason: str
    reason_name: str
    note: str
    message: str
    state: AdjustmentState
    by: str
    created_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision: str
    transfer_id: UUID | None
    posted_at: datetime | None
    day: date | None
    reversal_id: UUID | None
    reversed_by: str | None
    reversed_at: datetime | None
    reversed_points: int

    @property
    def posted_by(self) -> str:
        """Who moved the points: the second person, where one was needed."""
        return self.decided_by or self.by

    @property
    def is_over(self) -> bool:
        """Whether it was taken back."""
        return self.state in (AdjustmentState.reversed, AdjustmentState.undone)

    def can_undo(self, *, by: str, now: datetime) -> bool:
        """Whether this operator can still take it back as if it had never been."""
        return (
            self.state is AdjustmentState.posted
            and self.posted_at is not None
            and by == self.posted_by
            and now - self.posted_at <= UNDO_FOR
        )


class AdjustmentNotFound(NotFound):
    """No such adjustment in this programme."""

    def __init__(self, adjustment: object) -> None:
        super().__init__(
            "adjustment_not_found",
            "There is no such adjustment",
            detail=f"No adjustment of this programme is {adjustment!s}.",
            remedy="Look at the member's adjustments.",
        )


class DailyLimitReached(Refusal):
    """The operator has given and taken today what one person may. left: points that still fit."""

    def __init__(self, *, limit: int, used: int, asked: int) -> None:
        left = max(limit - used, 0)
        fits = f"Give or take at most {left:,}, or" if left else "Wait until tomorrow, or"
        super().__init__(
            "daily_limit_reached",
            "The limit of the day is reached",
            detail=f"One operator gives and takes up to {limit:,} points a day; {used:,} are used, {asked:,} asked.",
            remedy=f"{fits} let a colleague do it.",
            field="points",
        )
        self.limit = limit
        self.left = left
        self.asked = asked


class AdjustmentDecided(Conflict):
    """Somebody decided, or took it back, a moment ago."""

    def __init__(self, found: Adjustment) -> None:
        who = found.decided_by if found.reversed_by is None else found.reversed_by
        super().__init__(
            "adjustment_decided",
            "The adjustment is decided already",
            detail=f"It is {found.state.name} by {who or found.by}.",
            remedy="Look at it again; nothing was changed now.",
        )
