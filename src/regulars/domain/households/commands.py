"""Writes of households. One household for one member, one owner for one household: both are guarded by the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.households.contracts import (
    AlreadyInHousehold,
    Household,
    Invitation,
    Membership,
    Mode,
    NotInHousehold,
    Role,
)
from regulars.kernel.codes import new_code
from regulars.kernel.errors import Conflict
from regulars.kernel.ids import bucket_of_text, new_id


def insert_household(conn: psycopg.Connection[Any], new: Household) -> None:
    """Writes a household without members."""
    conn.execute(
        "insert into households_household (bucket, id, organisation_id, programme_id, name, mode, debit, founded_at)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s)",
        (
            new.id.int & 0xFF, new.id, new.organisation_id, new.programme_id, new.name, new.mode.value, new.debit,
            new.founded_at,
        ),
    )  # fmt: skip


def seat_member(conn: psycopg.Connection[Any], household: Household, new: Membership) -> None:
    """Lets a member in. Raises AlreadyInHousehold."""
    done = conn.execute(
        "insert into households_seat (bucket, member_id, organisation_id, programme_id, household_id)"
        " values (%s, %s, %s, %s, %s) on conflict (bucket, member_id) do nothing",
        (new.member_id.int & 0xFF, new.member_id, household.organisation_id, household.programme_id, household.id),
    )
    if done.rowcount == 0:
        raise AlreadyInHousehold
    bucket = household.id.int & 0xFF
    conn.execute(
        "insert into households_membership (bucket, id, organisation_id, programme_id, household_id, member_id, role,"
        " monthly_limit, joined_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            bucket, new_id(bucket), household.organisation_id, household.programme_id, household.id, new.member_id,
            int(new.role), new.monthly_limit, new.joined_at,
        ),
    )  # fmt: skip


def unseat_member(conn: psycopg.Connection[Any], household: Household, *, member_id: UUID, now: datetime) -> None:
    """Lets a member out. Raises NotInHousehold."""
    done = conn.execute(
        "delete from households_seat where bucket = %s and member_id = %s and household_id = %s",
        (member_id.int & 0xFF, member_id, household.id),
    )
    if done.rowcount == 0:
        raise NotInHousehold
    conn.execute(
        "update households_membership set left_at = %s"
        " where bucket = %s and household_id = %s and member_id = %s and left_at is null",
        (now, household.id.int & 0xFF, household.id, member_id),
    )


def change_membership(
    conn: psycopg.Connection[Any], household: Household, *, member_id: UUID, role: Role, monthly_limit: int | None
) -> None:
    """What the member is and may spend. Raises NotInHousehold."""
    done = conn.execute(
        "update households_membership set role = %s, monthly_limit = %s"
        " where bucket = %s and household_id = %s and member_id = %s and left_at is null",
        (int(role), monthly_limit, household.id.int & 0xFF, household.id, member_id),
    )
    if done.rowcount == 0:
        raise NotInHousehold


def change_household(conn: psycopg.Connection[Any], household: Household, *, name: str, mode: Mode, debit: str) -> None:
    """Its name, and how it pays."""
    conn.execute(
        "update households_household set name = %s, mode = %s, debit = %s where bucket = %s and id = %s",
        (name, mode.value, debit, household.id.int & 0xFF, household.id),
    )


def end_household(conn: psycopg.Connection[Any], household: Household, *, now: datetime) -> None:
    """The last member has left: nobody can join any more."""
    conn.execute(
        "update households_household set ended_at = %s where bucket = %s and id = %s",
        (now, household.id.int & 0xFF, household.id),
    )
    conn.execute(
        "update households_invitation set ended_at = %s where household_id = %s and ended_at is null",
        (now, household.id),
    )


def insert_invitation(
    conn: psycopg.Connection[Any],
    household: Household,
    *,
    role: Role,
    monthly_limit: int | None,
    now: datetime,
    expires_at: datetime,
) -> Invitation:
    """Makes a code with which one member joins."""
    code = new_code()
    conn.execute(
        "insert into households_invitation (bucket, programme_id, code, organisation_id, household_id, role,"
        " monthly_limit, invited_at, expires_at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            bucket_of_text(code), household.programme_id, code, household.organisation_id, household.id, int(role),
            monthly_limit, now, expires_at,
        ),
    )  # fmt: skip
    return Invitation(code, household.id, role, monthly_limit, now, expires_at, None)


def end_invitation(
    conn: psycopg.Connection[Any], *, programme_id: int, code: str, now: datetime, member_id: UUID | None
) -> None:
    """It was used by the member, or None: withdrawn. Raises Conflict when it had ended before."""
    done = conn.execute(
        "update households_invitation set ended_at = %s, member_id = %s"
        " where bucket = %s and programme_id = %s and code = %s and ended_at is null",
        (now, member_id, bucket_of_text(code), programme_id, code),
    )
    if done.rowcount == 0:
        raise Conflict(
            "invitation_used",
            "The invitation was used",
            detail=f"Somebody joined with the code {code}, or it was withdrawn.",
            remedy="Ask the owner of the household for a new one.",
            field="code",
        )
