"""Badges as others know them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from regulars.kernel.errors import NotFound
from regulars.kernel.validation import instead


class Award(NamedTuple):
    """A badge for a member, sixteen bytes each id. rule: the earn rule; empty with a reason of staff.

    cause: the event, or the entry of the audit trail. taken: it is taken back instead.
    """

    member_id: bytes
    badge: str
    rule: str
    cause: bytes
    at: datetime
    by: str = ""
    reason: str = ""
    taken: bool = False


class UndoneWin(NamedTuple):
    """A win that a return undid, sixteen bytes each id. event_id: what had brought it; member_id: who had won."""

    event_id: bytes
    rule: str
    member_id: bytes
    return_id: bytes


@dataclass(frozen=True, slots=True)
class BadgeHeld:
    """A badge that a member has. reason, by: where staff gave it."""

    badge: str
    rule: str
    cause: UUID
    awarded_at: datetime
    by: str
    reason: str


class BadgeNotFound(NotFound):
    """The rulebook has no such badge, or the member does not have it."""

    def __init__(self, badge: str, known: list[str]) -> None:
        super().__init__(
            "badge_not_found",
            "There is no such badge",
            detail=f"No badge is called {badge[:60]!r} here.",
            remedy=instead(badge, known),
            field="badge",
        )
