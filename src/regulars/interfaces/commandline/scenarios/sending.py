"""Events of members, sent as a till or a shop sends them."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from regulars.domain.events.contracts import Event
from regulars.flows.process_events import process_events
from regulars.interfaces.commandline.scenarios.stage import Outcome, Stage


class EventAnswer(NamedTuple):
    """What an event was answered with: rulebook_version, effects, rules."""

    body: dict[str, Any]


class Sent(NamedTuple):
    """An event that was accepted, and the first answer to it."""

    event: Event
    answer: bytes


class Answer(NamedTuple):
    """The answer to an event as it comes over the wire."""

    status: int
    body: bytes


def answer_to(stage: Stage, event: Event) -> Answer:
    """Sends one event, as a batch of one."""
    (outcome,) = process_events(stage.conn, [event], programme_id=stage.programme.id, now=stage.now)
    return Answer(outcome.status, outcome.body)


def refused_by(answer: Answer) -> Outcome | None:
    """The refusal that the answer is; None: it was accepted."""
    if answer.status < 300:
        return None
    problem = json.loads(answer.body)
    return Outcome(refusal=(problem["code"], f"{problem['title']}: {problem['detail']} {problem['remedy']}"))


def send(stage: Stage, event: Event) -> Outcome:
    """Sends an event for the first time, and keeps it under its id as ('event', id)."""
    answer = answer_to(stage, event)
    refusal = refused_by(answer)
    if refusal:
        return refusal
    if not stage.has_kept("event", event.id):
        stage.keep("event", event.id, Sent(event, answer.body))
    return Outcome((EventAnswer(json.loads(answer.body)),))
