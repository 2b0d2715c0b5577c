"""Reads of API keys and stored answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.access.contracts import ApiKey, StoredAnswer

_API_KEY = """
    select id, organisation_id, programme_id, name, prefix, scopes, created_at, created_by, revoked_at
    from access_api_key
"""


def api_key(conn: psycopg.Connection[Any], *, digest: bytes) -> ApiKey | None:
    """The key of this SHA-256, revoked or not. Asked anew for every request: a revocation holds at once."""
    row = conn.execute(f"{_API_KEY} where digest = %s", [digest]).fetchone()
    return None if row is None else _api_key(row)


def api_keys(conn: psycopg.Connection[Any], *, programme_id: int) -> list[ApiKey]:
    """The keys of a programme, the oldest first, revoked ones included."""
    return [_api_key(row) for row in conn.execute(f"{_API_KEY} where programme_id = %s order by id", [programme_id])]


def stored_answer(conn: psycopg.Connection[Any], *, organisation_id: int, key: UUID) -> StoredAnswer | None:
    """The first answer to the request of this key, or None."""
    row = conn.execute(
        "select digest, status, body from access_answer where bucket = %s and organisation_id = %s and key = %s",
        (key.bytes[0], organisation_id, key),
    ).fetchone()
    return None if row is None else StoredAnswer(*row)


def _api_key(row: tuple[Any, ...]) -> ApiKey:
    return ApiKey(*row[:5], frozenset(row[5]), *row[6:])
