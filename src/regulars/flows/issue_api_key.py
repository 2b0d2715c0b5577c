"""API keys are issued and revoked. The key is 256 random bits, shown once; only its SHA-256 is kept."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

import psycopg

from regulars.domain.access.commands import record_api_key, revoke_api_key
from regulars.domain.access.contracts import ApiKey, Scope
from regulars.domain.access.queries import api_key
from regulars.domain.programmes.contracts import Programme
from regulars.kernel.errors import NotFound, Refusal
from regulars.kernel.text import clean
from regulars.kernel.validation import instead

START = "rk_live_"
"""How every key begins, so that scanners find it where it should not be."""
_SHOWN = len(START) + 6


class Issued(NamedTuple):
    """A new key. secret: the whole key, known here and to its owner only."""

    key: ApiKey
    secret: str


def issue_api_key(
    conn: psycopg.Connection[Any], *, of: Programme, name: str, scopes: Collection[str], by: str, now: datetime
) -> Issued:
    """Issues a key for the programme. name: what it is for. Raises Refusal without a name, or for an unknown scope."""
    title = clean(name, longest=80, field="name")
    if not title:
        raise Refusal(
            "field_missing",
            "Something is missing",
            detail="The key has no name.",
            remedy="Name the system that will use it, such as till or web shop.",
            field="name",
        )
    granted = _scopes(scopes)
    secret = START + secrets.token_urlsafe(32)
    digest = hashlib.sha256(secret.encode()).digest()
    with conn.transaction():
        record_api_key(
            conn,
            organisation_id=of.organisation_id,
            programme_id=of.id,
            name=title,
            prefix=secret[:_SHOWN],
            digest=digest,
            scopes=granted,
            by=by,
            now=now,
        )
        issued = api_key(conn, digest=digest)
    if issued is None:
        raise RuntimeError("the key that was just written is not there")
    return Issued(issued, secret)


def end_api_key(conn: psycopg.Connection[Any], *, of: Programme, prefix: str, now: datetime) -> None:
    """Revokes a key by its shown beginning; from the next request on it opens nothing. Raises NotFound."""
    with conn.transaction():
        if not revoke_api_key(conn, programme_id=of.id, prefix=prefix, now=now):
            raise NotFound(
                "api_key_not_found",
                "There is no such key",
                detail=f"No working key of {of.name} begins with {prefix[:40]!r}.",
                remedy="See the keys and their beginnings with: regulars keys list.",
                field="prefix",
            )


def _scopes(scopes: Collection[str]) -> list[Scope]:
    known = [str(each) for each in Scope]
    unknown = [scope for scope in scopes if scope not in known]
    if unknown or not scopes:
        problem = f"{unknown[0][:40]!r} is not a scope." if unknown else "The key has no scope and would open nothing."
        raise Refusal(
            "unknown_scope",
            "The scopes cannot be granted",
            detail=problem,
            remedy=instead(unknown[0], known) if unknown else f"Choose from: {', '.join(known)}.",
            field="scopes",
        )
    return [Scope(scope) for scope in scopes]
