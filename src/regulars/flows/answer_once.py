"""A request with an Idempotency-Key is worked once; every repeat gets the first answer, byte for byte.

The answer is stored in the transaction of the work: both are there or neither is. Only success is stored. A refusal
wrote nothing, so the same key may be tried again once its cause is removed; a defect rolled everything back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from psycopg import Rollback, errors

from regulars.domain.access.commands import reserve_answer, store_answer
from regulars.domain.access.contracts import StoredAnswer
from regulars.domain.access.queries import stored_answer
from regulars.kernel.errors import Conflict, Refusal

_ATTEMPTS = 3


class Reply(NamedTuple):
    """An answer as it leaves. body: JSON; replayed: it is the stored answer of an earlier request."""

    status: int
    body: bytes
    replayed: bool = False


class Ask(NamedTuple):
    """A request as far as repeats are concerned. place: method and path; key: as the sender chose it."""

    organisation_id: int
    programme_id: int
    place: str
    key: str
    content: bytes

    @property
    def identity(self) -> UUID:
        """Which request it is: one key may be used at several places, and by several programmes."""
        return _hashed(f"{self.programme_id}\0{self.place}\0{self.key}".encode())

    @property
    def digest(self) -> UUID:
        """What it asks for."""
        return _hashed(self.content)


def answer_once(conn: psycopg.Connection[Any], ask: Ask, *, work: Callable[[], Reply], now: datetime) -> Reply:
    """The answer of `work`, or the stored one of the same request. Whatever `work` wrote is undone unless it is 2xx.

    Raises Conflict while the first request is under way, Refusal when the key was used for another body.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return _answer(conn, ask, work, now)
        except errors.UniqueViolation as clash:
            if attempt == _ATTEMPTS or clash.diag.table_name != "access_answer":
                raise
    raise AssertionError("unreachable: the last attempt returns or raises")


def _answer(conn: psycopg.Connection[Any], ask: Ask, work: Callable[[], Reply], now: datetime) -> Reply:
    reply: Reply | None = None
    with conn.transaction() as transaction:
        if not reserve_answer(conn, organisation_id=ask.organisation_id, key=ask.identity):
            raise _in_flight(ask.key)
        stored = stored_answer(conn, organisation_id=ask.organisation_id, key=ask.identity)
        if stored is not None:
            return _replayed(stored, ask)
        reply = work()
        if not 200 <= reply.status < 300:
            raise Rollback(transaction)
        store_answer(
            conn,
            organisation_id=ask.organisation_id,
            key=ask.identity,
            digest=ask.digest,
            status=reply.status,
            body=reply.body.decode(),
            now=now,
        )
    return reply


def _replayed(stored: StoredAnswer, ask: Ask) -> Reply:
    if stored.digest != ask.digest:
        raise Refusal(
            "idempotency_key_reused",
            "This Idempotency-Key was used for something else",
            detail=f"A request with the key {ask.key!r} and another body was answered before.",
            remedy="Use a new key for a new request; to repeat the first one, send it unchanged.",
            field="Idempotency-Key",
        )
    return Reply(stored.status, stored.body.encode(), replayed=True)


def _in_flight(key: str) -> Conflict:
    return Conflict(
        "request_in_flight",
        "The first request is still being worked on",
        detail=f"A request with the Idempotency-Key {key!r} came before this one and is not answered yet.",
        remedy="Wait a moment, then send it again unchanged: you will get the answer of the first.",
        field="Idempotency-Key",
    )


def _hashed(content: bytes) -> UUID:
    return UUID(bytes=hashlib.blake2b(content, digest_size=16).digest())
