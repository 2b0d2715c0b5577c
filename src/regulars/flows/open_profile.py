"""An operator opens a member's profile: personal data is shown, and that it was shown is recorded."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.audit.commands import record_act
from regulars.domain.members.contracts import Profile
from regulars.domain.members.queries import profile
from regulars.domain.programmes.contracts import Programme
from regulars.kernel.errors import NotFound
from regulars.kernel.ids import new_id


def open_profile(
    conn: psycopg.Connection[Any], *, programme: Programme, member_id: UUID, now: datetime, by: str
) -> Profile:
    """The profile; the read is in the audit trail. Raises NotFound."""
    with conn.transaction():
        found = profile(conn, programme_id=programme.id, member_id=member_id)
        if found is None:
            raise member_not_found(member_id)
        record_act(
            conn,
            entry_id=new_id(member_id.int & 0xFF),
            organisation_id=programme.organisation_id,
            programme_id=programme.id,
            now=now,
            by=by,
            action="profile.opened",
            subject=member_id,
            details={},
        )
    return found


def member_not_found(member_id: UUID) -> NotFound:
    """The refusal for an id that is no member of this programme."""
    return NotFound(
        "member_not_found",
        "There is no such member",
        detail=f"No member of this programme has the id {member_id}.",
        remedy="Look the member up by name, e-mail, phone or card.",
        field="member",
    )
