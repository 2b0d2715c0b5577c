"""The audit trail: who did what, to whom, why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act. action: 'profile.opened', 'points.adjusted' ...; subject: the member it is about; details: flat."""

    id: UUID
    at: datetime
    by: str
    action: str
    subject: UUID
    details: dict[str, Any]


def programme_subject(programme_id: int) -> UUID:
    """The subject of acts on a programme as a whole: an id in bucket 0 that is no member's."""
    return UUID(int=programme_id << 8)
