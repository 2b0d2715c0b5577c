"""A form is worked once, however often its button is pressed: it carries a key of its own."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from regulars.database.pool import Connection
from regulars.domain.programmes.contracts import Programme
from regulars.flows.answer_once import Ask, Reply, answer_once
from regulars.kernel.errors import Conflict, Refusal

_KEY_LENGTHS = range(16, 65)
_WAITS, _WAIT_SECONDS = 20, 0.1


def new_key() -> str:
    """The key of a form."""
    return secrets.token_urlsafe(18)


def once(
    conn: Connection,
    programme: Programme,
    *,
    place: str,
    key: str,
    content: bytes,
    work: Callable[[], UUID],
    now: datetime,
) -> UUID:
    """What the form of this key made; the first one, when the form was sent before. Raises Refusal.

    place: whose form it is; content: what it asks for.
    """
    if len(key) not in _KEY_LENGTHS:
        raise Refusal(
            "form_incomplete",
            "The form is not complete",
            detail="It carries no key of its own.",
            remedy="Open the page again.",
            status=400,
        )
    ask = Ask(programme.organisation_id, programme.id, place, key, content)

    def worked() -> Reply:
        return Reply(201, json.dumps(str(work())).encode())

    return UUID(json.loads(_patiently(conn, ask, worked, now).body))


def _patiently(conn: Connection, ask: Ask, work: Callable[[], Reply], now: datetime) -> Reply:
    """Waits for the first click to be done when two come at once. Raises Conflict after two seconds."""
    for _ in range(_WAITS):
        try:
            return answer_once(conn, ask, work=work, now=now)
        except Conflict as conflict:
            if conflict.code != "request_in_flight":
                raise
            time.sleep(_WAIT_SECONDS)
    return answer_once(conn, ask, work=work, now=now)
