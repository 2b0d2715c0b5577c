"""An operator blocks a member: points go on coming in and wait, and nothing can be spent until the release."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.audit.commands import record_act
from regulars.domain.ledger.book import Book
from regulars.domain.ledger.commands import open_book
from regulars.domain.ledger.frozen import freeze
from regulars.domain.members.commands import block, lock_members
from regulars.domain.members.contracts import Block, MemberStatus
from regulars.domain.members.queries import block_of, member
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.flows.open_profile import member_not_found
from regulars.flows.settle_day import settle_day
from regulars.flows.write_settled import write_settled
from regulars.kernel.clock import local_day
from regulars.kernel.errors import Conflict, Refusal
from regulars.kernel.ids import new_id
from regulars.kernel.text import clean


def block_member(
    conn: psycopg.Connection[Any], *, programme_id: int, member_id: UUID, reason: str, now: datetime, by: str
) -> Block:
    """Blocks the member; the block as it stands. Blocking again changes nothing, not even the reason.

    reason: for colleagues; the member does not see it. Raises Refusal; nothing is written then.
    """
    reason = clean(reason, longest=500, field="reason")
    if not reason:
        raise _without_reason()
    with conn.transaction():
        rules = shelf(conn, programme_id=programme_id)
        if lock_for_change(conn, programme_id=programme_id, member_id=member_id) is MemberStatus.blocked:
            known = block_of(conn, member_id=member_id)
            if known is None:
                raise RuntimeError(f"member {member_id} is blocked and has no block")
            return known
        # What was due before the block is the member's.
        book = open_settled(conn, rules, member_id.bytes, now=now)
        freeze(book, member_id.bytes)
        write_settled(conn, rules, book, now=now)
        made = Block(reason, by, now)
        place = {"organisation_id": rules.programme.organisation_id, "programme_id": programme_id}
        block(conn, member_id, made, **place)
        record_act(
            conn,
            entry_id=new_id(member_id.int & 0xFF),
            now=now,
            by=by,
            action="member.blocked",
            subject=member_id,
            details={"reason": reason},
            **place,
        )
    return made


def lock_for_change(conn: psycopg.Connection[Any], *, programme_id: int, member_id: UUID) -> MemberStatus:
    """Locks a member who has not left; the status. Raises NotFound, and Conflict for a closed membership."""
    if member(conn, programme_id=programme_id, member_id=member_id) is None:
        raise member_not_found(member_id)
    status = MemberStatus(lock_members(conn, [member_id.bytes])[member_id.bytes].status)
    if status is MemberStatus.closed:
        raise _closed()
    return status


def open_settled(conn: psycopg.Connection[Any], rules: Shelf, owner: bytes, *, now: datetime) -> Book:
    """The member's books, in which everything has happened that is due."""
    book = open_book(conn, owners=[owner], with_lots=True)
    settle_all(book, rules, owner, now=now)
    return book


def settle_all(book: Book, rules: Shelf, owner: bytes, *, now: datetime) -> None:
    """settle_day for every point type of the programme."""
    time_zone = rules.programme.time_zone
    today = local_day(now, time_zone)
    for point_type in rules.point_types.values():
        settle_day(book, owner, point_type, today=today, time_zone=time_zone)


def _without_reason() -> Refusal:
    return Refusal(
        "field_missing",
        "Something is missing",
        detail="There is no reason for the block.",
        remedy="Write in a few words why the member is blocked; colleagues will see it.",
        field="reason",
    )


def _closed() -> Conflict:
    return Conflict(
        "member_not_active",
        "The member is not active",
        detail="The membership is closed, so it can be neither blocked nor released.",
        remedy="Enrol the member anew.",
        field="member",
    )
