"""What opens the doors: API keys with their scopes, one-time sign-in links, stored answers of idempotent requests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from uuid import UUID

from regulars.kernel.errors import NotFound, Refusal


class Scope(StrEnum):
    """What an API key may do. Reading people and reading points are apart: a till needs no e-mail addresses."""

    members_read = "members:read"
    members_write = "members:write"
    events_write = "events:write"
    points_read = "points:read"
    points_write = "points:write"
    adjustments_approve = "adjustments:approve"
    rewards_read = "rewards:read"
    rewards_write = "rewards:write"
    redemptions_read = "redemptions:read"
    redemptions_write = "redemptions:write"
    vouchers_read = "vouchers:read"
    vouchers_write = "vouchers:write"
    vouchers_redeem = "vouchers:redeem"
    audiences_read = "audiences:read"
    audiences_write = "audiences:write"
    rulebook_read = "rulebook:read"
    rulebook_write = "rulebook:write"
    rulebook_approve = "rulebook:approve"
    clock_write = "clock:write"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is known afterwards. prefix: its first characters, by which people tell keys apart."""

    id: int
    organisation_id: int
    programme_id: int
    name: str
    prefix: str
    scopes: frozenset[str]
    created_at: datetime
    created_by: str
    revoked_at: datetime | None

    @property
    def by(self) -> str:
        """How writes name this key."""
        return f"API key {self.name}"


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The first answer to an idempotent request. digest: of the request's body."""

    digest: UUID
    status: int
    body: str


@dataclass(frozen=True, slots=True)
class OperatorHome:
    """An operator and where they work. id: of the operator."""

    id: UUID
    programme_id: int
    organisation_id: int


class LinkKind(IntEnum):
    """Whom a sign-in link lets in."""

    operator = 1
    member = 2


@dataclass(frozen=True, slots=True)
class SignInLink:
    """A one-time link. subject: id of the operator or member; used_at: None while it still waits."""

    kind: LinkKind
    subject: UUID
    organisation_id: int
    programme_id: int
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


class UnknownLink(NotFound):
    """The address holds no link of ours: mistyped, cut off, or invented."""

    def __init__(self) -> None:
        super().__init__(
            "unknown_link",
            "This link is not complete",
            detail="We do not know it. Mail programs sometimes cut long links in two.",
            remedy="Copy the whole link from the message, or ask for a new one.",
        )


class UsedLink(Refusal):
    """A link lets in once."""

    def __init__(self) -> None:
        super().__init__(
            "used_link",
            "This link was used before",
            detail="For your safety, every link signs in only once.",
            remedy="Ask for a new one.",
            status=410,
        )


class ExpiredLink(Refusal):
    """A link lets in for a limited time."""

    def __init__(self) -> None:
        super().__init__(
            "expired_link",
            "This link is too old",
            detail="For your safety, links stop working after a while.",
            remedy="Ask for a new one.",
            status=410,
        )
