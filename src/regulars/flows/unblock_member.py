"""An operator releases a blocked member: what waited becomes active, with the dates that it would have had."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.audit.commands import record_act
from regulars.domain.ledger.commands import open_book
from regulars.domain.ledger.frozen import thaw
from regulars.domain.members.commands import release
from regulars.domain.members.contracts import MemberStatus
from regulars.domain.programmes.queries import shelf
from regulars.flows.block_member import lock_for_change, settle_all
from regulars.flows.write_settled import write_settled
from regulars.kernel.ids import new_id


def unblock_member(
    conn: psycopg.Connection[Any], *, programme_id: int, member_id: UUID, now: datetime, by: str
) -> bool:
    """Releases the member; False when there was no block, and nothing changes then. Raises Refusal.

    Points whose last day passed during the block become active and expire, each dated as it would have been.
    """
    with conn.transaction():
        rules = shelf(conn, programme_id=programme_id)
        if lock_for_change(conn, programme_id=programme_id, member_id=member_id) is not MemberStatus.blocked:
            return False
        place = {"organisation_id": rules.programme.organisation_id, "programme_id": programme_id}
        book = open_book(conn, owners=[member_id.bytes], with_lots=True)
        thaw(book, member_id.bytes)
        settle_all(book, rules, member_id.bytes, now=now)
        write_settled(conn, rules, book, now=now)
        release(conn, member_id)
        record_act(
            conn,
            entry_id=new_id(member_id.int & 0xFF),
            now=now,
            by=by,
            action="member.unblocked",
            subject=member_id,
            details={},
            **place,
        )
    return True
