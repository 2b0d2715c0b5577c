"""An operator looks through the members: whose names were shown is recorded, by id alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.audit.commands import record_act
from regulars.domain.audit.contracts import programme_subject
from regulars.domain.members.contracts import MemberListed, MemberStatus
from regulars.domain.members.queries import find_members
from regulars.domain.programmes.contracts import Programme
from regulars.kernel.ids import new_id


def list_members(
    conn: psycopg.Connection[Any],
    *,
    programme: Programme,
    now: datetime,
    by: str,
    text: str = "",
    status: MemberStatus | None = None,
    before: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[MemberListed]:
    """A page of members, as find_members; the read is in the audit trail with the ids of those who were shown."""
    with conn.transaction():
        found = find_members(conn, programme_id=programme.id, text=text, status=status, before=before, limit=limit)
        if found:
            record_act(
                conn,
                entry_id=new_id(0),
                organisation_id=programme.organisation_id,
                programme_id=programme.id,
                now=now,
                by=by,
                action="members.listed",
                subject=programme_subject(programme.id),
                details={"members": [str(each.id) for each in found]},
            )
    return found
