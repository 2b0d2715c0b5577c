"""A member answers the invitation to a tier: accepts it, or declines and stands where they stand by themselves.

The tier is there from the day of the invitation; accepting it is a word to those who invited.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.audit.commands import record_act
from regulars.domain.programmes.queries import shelf
from regulars.domain.tiers.commands import accept_tier
from regulars.domain.tiers.contracts import Assignment, AssignmentKind
from regulars.domain.tiers.queries import assignments_in_force
from regulars.flows.assign_refusals import not_invited
from regulars.flows.assign_tier import end_assignment
from regulars.flows.block_member import lock_for_change
from regulars.kernel.clock import local_day
from regulars.kernel.ids import new_id


def accept_invitation_to_tier(
    conn: psycopg.Connection[Any], *, programme_id: int, member_id: UUID, ladder: str, now: datetime, by: str
) -> Assignment:
    """The member would like to have it. Accepting again changes nothing. Raises Refusal; nothing is written then."""
    with conn.transaction():
        lock_for_change(conn, programme_id=programme_id, member_id=member_id)
        invited = _invitation(conn, programme_id=programme_id, member_id=member_id, ladder=ladder, now=now)
        if invited.accepted_at is not None:
            return invited
        accept_tier(conn, member_id=member_id, assignment_id=invited.id, now=now)
        record_act(
            conn,
            entry_id=new_id(member_id.int & 0xFF),
            organisation_id=shelf(conn, programme_id=programme_id).programme.organisation_id,
            programme_id=programme_id,
            now=now,
            by=by,
            action="tier.accepted",
            subject=member_id,
            details={"ladder": ladder, "tier": invited.tier},
        )
        return _invitation(conn, programme_id=programme_id, member_id=member_id, ladder=ladder, now=now)


def decline_invitation_to_tier(
    conn: psycopg.Connection[Any], *, programme_id: int, member_id: UUID, ladder: str, now: datetime, by: str
) -> Assignment:
    """The member does not want it, also after accepting; what was declined. Raises Refusal; nothing is written then."""
    with conn.transaction():
        _invitation(conn, programme_id=programme_id, member_id=member_id, ladder=ladder, now=now)
        return end_assignment(
            conn, programme_id=programme_id, member_id=member_id, ladder=ladder, now=now, by=by, declined=True
        )


def _invitation(
    conn: psycopg.Connection[Any], *, programme_id: int, member_id: UUID, ladder: str, now: datetime
) -> Assignment:
    today = local_day(now, shelf(conn, programme_id=programme_id).programme.time_zone)
    for each in assignments_in_force(conn, member_id=member_id, ladder=ladder):
        if each.kind is AssignmentKind.invited and (each.until is None or each.until >= today):
            return each
    raise not_invited(ladder)
