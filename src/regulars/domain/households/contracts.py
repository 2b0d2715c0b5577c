"""Households as others know them: members who live together, and whose points pay for what one of them takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from uuid import UUID

from regulars.kernel.errors import Conflict, NotFound, Refusal


class Mode(StrEnum):
    """pool: what one member takes, the points of all may pay. share: all see the total, and each spends their own."""

    pool = "pool"
    share = "share"


class Role(IntEnum):
    """owner: invites, removes, and says how the household pays; there is one. adult, child: the others."""

    owner = 1
    adult = 2
    child = 3


@dataclass(frozen=True, slots=True)
class Household:
    """Members who live together. debit: the name of the debit order, by which points are drawn in a pool."""

    id: UUID
    organisation_id: int
    programme_id: int
    name: str
    mode: Mode
    debit: str
    founded_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Membership:
    """One member of a household. monthly_limit: points to be spent within the pool in a calendar month; None: any."""

    household_id: UUID
    member_id: UUID
    role: Role
    monthly_limit: int | None
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class Invitation:
    """A code with which one member joins. ended_at: when it was used or withdrawn."""

    code: str
    household_id: UUID
    role: Role
    monthly_limit: int | None
    invited_at: datetime
    expires_at: datetime
    ended_at: datetime | None


class HouseholdNotFound(NotFound):
    """No such household in this programme, or it has ended."""

    def __init__(self, household: object) -> None:
        super().__init__(
            "household_not_found",
            "There is no such household",
            detail=f"No household of this programme is {household!s}.",
            remedy="Look at the member: a household ends when the last member leaves.",
            field="household",
        )


class NotInHousehold(Conflict):
    """The member is in no household, or in another one."""

    def __init__(self) -> None:
        super().__init__(
            "not_in_household",
            "The member is not in this household",
            detail="The member has left it, or never joined.",
            remedy="Look at who is in the household.",
            field="member",
        )


class AlreadyInHousehold(Conflict):
    """One member, one household."""

    def __init__(self) -> None:
        super().__init__(
            "already_in_household",
            "The member is in a household already",
            detail="A member can be in one household at a time.",
            remedy="Leave that household first; your points stay yours.",
            field="member",
        )


class LimitExceeded(Refusal):
    """More than the member may spend within the pool this month."""

    def __init__(self, *, limit: int, spent: int, asked: int) -> None:
        super().__init__(
            "household_limit_reached",
            "This is above the member's limit in the household",
            detail=f"{asked:,} points are needed; of {limit:,} a month, {spent:,} are spent.",
            remedy="Choose something smaller, wait for next month, or ask the owner to raise the limit.",
            field="member",
        )


class SharesRefused(Refusal):
    """What the spender says about who pays cannot be done."""

    def __init__(self, code: str, detail: str, remedy: str) -> None:
        super().__init__(code, "The points cannot be shared like this", detail=detail, remedy=remedy, field="shares")
