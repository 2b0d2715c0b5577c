"""Reads of households, their members and their invitations."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.households.contracts import Household, Invitation, Membership, Mode, Role
from regulars.kernel.ids import bucket_of_text

_HOUSEHOLD = """
    select id, organisation_id, programme_id, name, mode, debit, founded_at, ended_at from households_household
    where bucket = %s and id = %s
"""
_INVITATION = """
    select code, household_id, role, monthly_limit, invited_at, expires_at, ended_at from households_invitation
"""


def household_of(conn: psycopg.Connection[Any], *, member_id: UUID) -> Household | None:
    """The household that the member is in, or None."""
    row = conn.execute(
        "select household_id from households_seat where bucket = %s and member_id = %s",
        (member_id.int & 0xFF, member_id),
    ).fetchone()
    return None if row is None else household(conn, household_id=row[0])


def household(conn: psycopg.Connection[Any], *, household_id: UUID, lock: bool = False) -> Household | None:
    """One household, ended or not, or None. lock: hold it until the transaction ends.

    Whatever changes who is in it, or spends out of its pool, locks the household before its members.
    """
    statement = f"{_HOUSEHOLD} for no key update" if lock else _HOUSEHOLD
    row = conn.execute(statement, (household_id.int & 0xFF, household_id)).fetchone()
    return None if row is None else Household(*(*row[:4], Mode(row[4]), *row[5:]))


def memberships(conn: psycopg.Connection[Any], *, household_id: UUID) -> list[Membership]:
    """Who is in the household, in the order in which they joined."""
    rows = conn.execute(
        "select household_id, member_id, role, monthly_limit, joined_at from households_membership"
        " where bucket = %s and household_id = %s and left_at is null order by joined_at, member_id",
        (household_id.int & 0xFF, household_id),
    )
    return [Membership(row[0], row[1], Role(row[2]), row[3], row[4]) for row in rows]


def invitation(conn: psycopg.Connection[Any], *, programme_id: int, code: str) -> Invitation | None:
    """The invitation of a code, used or not, or None."""
    row = conn.execute(
        f"{_INVITATION} where bucket = %s and programme_id = %s and code = %s",
        (bucket_of_text(code), programme_id, code),
    ).fetchone()
    return None if row is None else Invitation(*(*row[:2], Role(row[2]), *row[3:]))


def open_invitations(conn: psycopg.Connection[Any], *, household_id: UUID, now: datetime) -> list[Invitation]:
    """Invitations that can be accepted, the latest first."""
    rows = conn.execute(
        f"{_INVITATION} where household_id = %s and ended_at is null and expires_at > %s"
        " order by invited_at desc, code",
        (household_id, now),
    )
    return [Invitation(*(*row[:2], Role(row[2]), *row[3:])) for row in rows]
