"""A form is worked once, however often its button is pressed: it carries a key of its own."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from uuid import UUID

from regulars.flows.answer_once import Ask, Reply, answer_once
from regulars.interfaces.portal.visit import Visit
from regulars.kernel.errors import Conflict, Refusal

_KEY_LENGTHS = range(16, 65)
_WAITS, _WAIT_SECONDS = 20, 0.1


def new_key() -> str:
    """The key of a form."""
    return secrets.token_urlsafe(18)


def once(visit: Visit, *, key: str, content: bytes, work: Callable[[], UUID]) -> UUID:
    """What the form of this key made; the first one, when the form was sent before. Raises Refusal."""
    if len(key) not in _KEY_LENGTHS:
        raise Refusal(
            "form_incomplete",
            "The form is not complete",
            detail="It carries no key of its own.",
            remedy="Open the page again.",
            status=400,
        )
    programme = visit.programme
    ask = Ask(programme.organisation_id, programme.id, f"portal {visit.person.id}", key, content)
    return UUID(json.loads(_patiently(visit, ask, lambda: Reply(201, json.dumps(str(work())).encode())).body))


def _patiently(visit: Visit, ask: Ask, work: Callable[[], Reply]) -> Reply:
    """Waits for the first click to be done when two come at once. Raises Conflict after two seconds."""
    for _ in range(_WAITS):
        try:
            return answer_once(visit.conn, ask, work=work, now=visit.now)
        except Conflict as conflict:
            if conflict.code != "request_in_flight":
                raise
            time.sleep(_WAIT_SECONDS)
    return answer_once(visit.conn, ask, work=work, now=visit.now)
