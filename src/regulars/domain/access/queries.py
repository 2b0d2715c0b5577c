"""Reads of API keys, sign-in links, operators and stored answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.access.contracts import ApiKey, LinkKind, SignInLink, StoredAnswer

_API_KEY = """
    select id, organisation_id, programme_id, name, prefix, scopes, created_at, created_by, revoked_at
    from access_api_key
"""
_API_KEY_OF = _API_KEY.replace("select id,", "select digest, id,")


def api_key(conn: psycopg.Connection[Any], *, digest: bytes) -> ApiKey | None:
    """The key of this SHA-256, revoked or not. Asked anew for every request: a revocation holds at once."""
    row = conn.execute(f"{_API_KEY} where digest = %s", [digest]).fetchone()
    return None if row is None else _api_key(row)


def api_keys_of(conn: psycopg.Connection[Any], *, digests: Sequence[bytes]) -> dict[bytes, ApiKey]:
    """The keys of these SHA-256s, revoked or not; unknown ones are missing. One read for the keys of a whole batch."""
    rows = conn.execute(f"{_API_KEY_OF} where digest = any(%s)", [list(digests)])
    return {row[0]: _api_key(row[1:]) for row in rows}


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


def sign_in_link(conn: psycopg.Connection[Any], *, digest: bytes) -> SignInLink | None:
    """The link of this SHA-256, used or not, expired or not."""
    row = conn.execute(
        "select kind, subject, organisation_id, programme_id, created_at, expires_at, used_at from access_sign_in_link"
        " where bucket = %s and digest = %s",
        (digest[0], digest),
    ).fetchone()
    return None if row is None else SignInLink(LinkKind(row[0]), *row[1:])


def operator_of_email(conn: psycopg.Connection[Any], *, email: str) -> tuple[UUID, int] | None:
    """The operator of an address and the programme they work on, or None."""
    row = conn.execute("select id, programme_id from access_operator where email = %s", [email]).fetchone()
    return None if row is None else (row[0], row[1])


def _api_key(row: tuple[Any, ...]) -> ApiKey:
    return ApiKey(*(*row[:5], frozenset(row[5]), *row[6:]))
