"""What a return would do, without doing it: the answer that sending it now would get."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg

from regulars.domain.events.contracts import RETURN, Event
from regulars.flows.process_events import Outcome, process_events
from regulars.kernel.errors import Refusal


def preview_return(
    conn: psycopg.Connection[Any], event: Event | Refusal, *, programme_id: int, now: datetime
) -> Outcome:
    """The answer, or the refusal, that the return would get: points per rule, points back, tiers, balances, money.

    It is worked like the real one and rolled back, so nothing is written, and its ids lead nowhere. Raises Refusal when
    the event is no return.
    """
    if isinstance(event, Event) and event.type != RETURN:
        raise Refusal(
            "not_a_return",
            "This is no return",
            detail=f"The event is of type {event.type!r}, and only returns have a preview.",
            remedy="Send an event of type return, as POST /api/v1/events takes it.",
            field="type",
        )
    (outcome,) = process_events(conn, [event], programme_id=programme_id, now=now, dry_run=True)
    return outcome
