"""Writes of API keys, sign-in links, operators and stored answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.access.contracts import Scope, SignInLink


def record_api_key(
    conn: psycopg.Connection[Any],
    *,
    organisation_id: int,
    programme_id: int,
    name: str,
    prefix: str,
    digest: bytes,
    scopes: Iterable[Scope],
    by: str,
    now: datetime,
) -> None:
    """Remembers a key by its SHA-256; the key itself is never stored."""
    conn.execute(
        "insert into access_api_key"
        " (organisation_id, programme_id, name, prefix, digest, scopes, created_at, created_by)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s)",
        (organisation_id, programme_id, name, prefix, digest, sorted(map(str, scopes)), now, by),
    )


def revoke_api_key(conn: psycopg.Connection[Any], *, programme_id: int, prefix: str, now: datetime) -> bool:
    """Ends a key of the programme for good; False when there is none of that prefix that still works."""
    done = conn.execute(
        "update access_api_key set revoked_at = %s where programme_id = %s and prefix = %s and revoked_at is null",
        (now, programme_id, prefix),
    )
    return done.rowcount > 0


def reserve_answer(conn: psycopg.Connection[Any], *, organisation_id: int, key: UUID) -> bool:
    """Reserves the key until the transaction ends; False when another transaction is at work on it.

    An advisory lock, so that a parallel repeat learns at once that the first is under way. It is courtesy only: that
    there is one answer is guaranteed by the primary key of access_answer.
    """
    number = int.from_bytes(key.bytes[:8], "big", signed=True) ^ organisation_id
    row = conn.execute("select pg_try_advisory_xact_lock(%s)", [number]).fetchone()
    return bool(row and row[0])


def store_answer(
    conn: psycopg.Connection[Any],
    *,
    organisation_id: int,
    key: UUID,
    digest: UUID,
    status: int,
    body: str,
    now: datetime,
) -> None:
    """Stores the answer with what it tells of, in one transaction.

    Raises psycopg's UniqueViolation when a parallel request stored one first: roll back and read that one.
    """
    conn.execute(
        "insert into access_answer (bucket, organisation_id, key, digest, status, stored_at, body)"
        " values (%s, %s, %s, %s, %s, %s, %s)",
        (key.bytes[0], organisation_id, key, digest, status, now, body),
    )


def record_sign_in_link(conn: psycopg.Connection[Any], link: SignInLink, *, digest: bytes) -> None:
    """Remembers a link by its SHA-256; the link itself is never stored."""
    conn.execute(
        "insert into access_sign_in_link"
        " (bucket, digest, kind, subject, organisation_id, programme_id, created_at, expires_at)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s)",
        (
            digest[0],
            digest,
            int(link.kind),
            link.subject,
            link.organisation_id,
            link.programme_id,
            link.created_at,
            link.expires_at,
        ),
    )


def use_sign_in_link(conn: psycopg.Connection[Any], *, digest: bytes, now: datetime) -> bool:
    """Uses the link up; False when it was used or has expired. Of two at once, one gets True."""
    done = conn.execute(
        "update access_sign_in_link set used_at = %s"
        " where bucket = %s and digest = %s and used_at is null and expires_at > %s",
        (now, digest[0], digest, now),
    )
    return done.rowcount == 1


def set_operator_password(conn: psycopg.Connection[Any], *, email: str, hashed: str) -> bool:
    """Keeps a password, hashed as Django reads it; False when there is no operator of this address."""
    done = conn.execute("update access_operator set password = %s where email = %s", (hashed, email))
    return done.rowcount == 1


def record_operator(
    conn: psycopg.Connection[Any], *, operator_id: UUID, email: str, name: str, programme_id: int, now: datetime
) -> None:
    """Adds an operator without a password, who signs in by links; one of the same address stays as it is."""
    # Django reads a password that begins with "!" as one that nobody can enter.
    conn.execute(
        "insert into access_operator (id, password, email, name, programme_id, is_active, joined_at)"
        " values (%s, '!', %s, %s, %s, true, %s) on conflict (email) do nothing",
        (operator_id, email, name, programme_id, now),
    )
