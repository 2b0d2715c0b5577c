"""What opens the doors: API keys with their scopes, and stored answers of idempotent requests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Scope(StrEnum):
    """What an API key may do. Reading people and reading points are apart: a till needs no e-mail addresses."""

    members_read = "members:read"
    members_write = "members:write"
    events_write = "events:write"
    points_read = "points:read"
    points_write = "points:write"
    rewards_read = "rewards:read"
    redemptions_read = "redemptions:read"
    redemptions_write = "redemptions:write"
    rulebook_read = "rulebook:read"


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
