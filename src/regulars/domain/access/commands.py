"""Writes of API keys and stored answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.access.contracts import Scope


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
        "insert into access_api_key (organisation_id, programme_id, name, prefix, digest, scopes, created_at, created_by)"
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
