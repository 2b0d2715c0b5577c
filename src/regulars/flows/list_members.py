"""An operator looks through the members: whose names were shown is recorded, by id alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.audit.commands import record_act
from regulars.domain.audit.contracts import programme_subject
from regulars.domain.events.queries import member_of_order, sources_of
from regulars.domain.members.contracts import MemberListed, MemberStatus
from regulars.domain.members.queries import find_members, listed
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
    """A page of members as find_members gives it, whose first may be the one with the order number `text`.

    The read is in the audit trail with the ids of those who were shown, never with what was typed.
    """
    with conn.transaction():
        found = find_members(conn, programme_id=programme.id, text=text, status=status, before=before, limit=limit)
        buyer = _buyer(conn, programme, text) if before is None else None
        if buyer is not None and all(each.id != buyer.id for each in found):
            found = [buyer, *found][:limit]
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


def _buyer(conn: psycopg.Connection[Any], programme: Programme, text: str) -> MemberListed | None:
    """The member whose order has this number."""
    if not text or " " in text:
        return None
    sources = sources_of(conn, programme_id=programme.id)
    owner = member_of_order(conn, organisation_id=programme.organisation_id, number=text, sources=sources)
    return None if owner is None else listed(conn, programme_id=programme.id, member_id=owner)
