"""Reads of API keys, sign-in links, operators and stored answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.access.contracts import ApiKey, LinkKind, OperatorHome, SignInLink, StoredAnswer

_API_KEY = "select id, organisation_id, programme_id, name, prefix, scopes, created_at, created_by, revoked_at"
_API_KEYS = f"{_API_KEY} from access_api_key where programme_id = %s order by id"
_API_KEYS_OF = f"{_API_KEY}, digest from access_keys_of(%s)"


def api_key(conn: psycopg.Connection[Any], *, digest: bytes) -> ApiKey | None:
    """The key of this SHA-256, revoked or not. Asked anew for every request: a revocation holds at once."""
    return api_keys_of(conn, digests=[digest]).get(digest)


def api_keys_of(conn: psycopg.Connection[Any], *, digests: Sequence[bytes]) -> dict[bytes, ApiKey]:
    """The keys of these SHA-256s, revoked or not; unknown ones are missing. One read for the keys of a whole batch.

    Whose they are is not known before, so they are read past row-level security, by who knows the hash.
    """
    rows = conn.execute(_API_KEYS_OF, [list(digests)])
    return {row[-1]: _api_key(row[:-1]) for row in rows}


def api_keys(conn: psycopg.Connection[Any], *, programme_id: int) -> list[ApiKey]:
    """The keys of a programme, the oldest first, revoked ones included."""
    rows = conn.execute(_API_KEYS, [programme_id])
    return [_api_key(row) for row in rows]


def stored_answer(conn: psycopg.Connection[Any], *, organisation_id: int, key: UUID) -> StoredAnswer | None:
    """The first answer to the request of this key, or None."""
    row = conn.execute(
        "select digest, status, body from access_answer where bucket = %s and organisation_id = %s and key = %s",
        (key.bytes[0], organisation_id, key),
    ).fetchone()
    return None if row is None else StoredAnswer(*row)


def sign_in_link(conn: psycopg.Connection[Any], *, digest: bytes) -> SignInLink | None:
    """The link of this SHA-256, used or not, expired or not; read as `api_keys_of` reads keys."""
    row = conn.execute(
        "select kind, subject, organisation_id, programme_id, created_at, expires_at, used_at from access_link_of(%s)",
        [digest],
    ).fetchone()
    return None if row is None else SignInLink(LinkKind(row[0]), *row[1:])


def operator_of_email(conn: psycopg.Connection[Any], *, email: str) -> OperatorHome | None:
    """Where the operator of an address works, in whichever organisation, or None."""
    row = conn.execute(
        "select operator_id, programme_id, organisation_id from access_operator_home(%s)", [email]
    ).fetchone()
    return None if row is None else OperatorHome(*row)


def _api_key(row: tuple[Any, ...]) -> ApiKey:
    return ApiKey(*(*row[:5], frozenset(row[5]), *row[6:]))
