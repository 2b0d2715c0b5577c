"""Short ways to send events and to read what became of them."""

from __future__ import annotations

from typing import Any

from regulars.domain.events.contracts import Event
from regulars.flows.process_events import Outcome, process_events
from tests.factories import Shop


def send(shop: Shop, *events: Event) -> list[Outcome]:
    """The outcomes as bytes."""
    return process_events(shop.conn, events, programme_id=shop.programme.id, now=shop.now)


def codes(answers: list[tuple[int, dict[str, Any]]]) -> list[tuple[int, str]]:
    """Status and code (or 'accepted') of each answer."""
    return [(status, str(answer.get("code", answer.get("status")))) for status, answer in answers]
