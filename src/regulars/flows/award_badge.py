"""Staff give a member a badge, or take it back, with a reason that stays; a member chooses to see no challenges."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.audit.commands import record_act
from regulars.domain.challenges.commands import set_quiet, write_awards
from regulars.domain.challenges.contracts import Award, BadgeNotFound
from regulars.domain.challenges.queries import badges_of
from regulars.domain.merges.queries import parts_of
from regulars.domain.programmes.queries import shelf
from regulars.flows.block_member import lock_for_change
from regulars.kernel.errors import Refusal
from regulars.kernel.ids import new_id
from regulars.kernel.text import clean


def award_badge(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    member_id: UUID,
    badge: str,
    reason: str,
    now: datetime,
    by: str,
    taken: bool = False,
) -> bool:
    """Whether something changed: a badge that the member has is not given again, nor taken when it is not there.

    reason: as colleagues read it. taken: take it back. Raises Refusal; nothing is written then.
    """
    reason = clean(reason, longest=500, field="reason")
    if not reason:
        raise Refusal(
            "badge_without_reason",
            "A reason is missing",
            detail="Nobody could tell later why the member has this badge, or has it no longer.",
            remedy="Say in a few words why.",
            field="reason",
        )
    with conn.transaction():
        rules = shelf(conn, programme_id=programme_id)
        known = rules.in_force(now).badges
        if badge not in known:
            raise BadgeNotFound(badge, list(known))
        lock_for_change(conn, programme_id=programme_id, member_id=member_id)
        parts = [each.bytes for each in parts_of(conn, member_id=member_id)]
        have = [part for part, held in badges_of(conn, parts).items() if badge in held]
        if bool(have) is not taken:
            return False
        act = new_id(member_id.int & 0xFF)
        place = {"organisation_id": rules.programme.organisation_id, "programme_id": programme_id}
        # Of two who are one person both may have it.
        whose = have if taken else [member_id.bytes]
        write_awards(conn, [Award(each, badge, "", act.bytes, now, by, reason, taken) for each in whose], **place)
        record_act(
            conn,
            entry_id=act,
            now=now,
            by=by,
            action="badge.taken" if taken else "badge.given",
            subject=member_id,
            details={"badge": badge, "reason": reason},
            **place,
        )
    return True


def choose_quiet(
    conn: psycopg.Connection[Any], *, programme_id: int, member_id: UUID, quiet: bool, now: datetime
) -> None:
    """Whether the member sees challenges, streaks and badges. What they earn does not change."""
    with conn.transaction():
        rules = shelf(conn, programme_id=programme_id)
        lock_for_change(conn, programme_id=programme_id, member_id=member_id)
        set_quiet(
            conn, member_id=member_id, quiet=quiet, organisation_id=rules.programme.organisation_id,
            programme_id=programme_id, now=now,
        )  # fmt: skip
