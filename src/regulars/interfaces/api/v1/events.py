"""Events: what members did, sent by shops and tills, singly or in bulk; read back with what they gave.

The slim door (interfaces/ingest) serves the two writes where it runs in front; here they are served the same way.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from regulars.domain.access.contracts import Scope
from regulars.domain.earning.contracts import Verdict
from regulars.domain.events.contracts import StoredEvent
from regulars.domain.events.queries import event, events_of_member
from regulars.domain.members.queries import member
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.flows.process_events import Outcome, process_events
from regulars.insight.verdicts import kept_verdicts, verdicts_of
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.cursor import Cursor, Limit, Page, instant_and_id, page_of
from regulars.interfaces.api.errors import PROBLEM
from regulars.interfaces.api.v1.entries import RuleSaid, rules_said
from regulars.interfaces.api.v1.shapes import Amount, Output, known_member, money_of
from regulars.interfaces.wire.events import decode_bulk, decode_event
from regulars.kernel.errors import NotFound, Refusal

router = Router()
_JSON = "application/json; charset=utf-8"


class EventShown(Output):
    """An event as it was accepted. Who it names is answered by the member's id alone."""

    id: UUID = Field(description="The id that Regulars gave")
    member_id: UUID
    type: str
    source: str = Field(description="The system that it came from")
    event: str = Field(description="The sender's own id of it")
    order_number: str | None
    amount: Amount = Field(description="What the member paid")
    occurred_at: datetime
    received_at: datetime
    rulebook_version: int = Field(description="That was in force when it happened")
    content: dict[str, Any] = Field(description="The event as it was sent, without the member")
    effects: list[dict[str, Any]] = Field(description="Points and tiers that it gave")
    rules: list[RuleSaid] = Field(description="What every rule said, in words")


def sends(schema: str, answers: dict[int, tuple[str, str]], example: str) -> dict[str, Any]:
    """The part of the document that ninja cannot know: these bodies are decoded by the events room's own types."""
    content = {"schema": {"$ref": f"#/components/schemas/{schema}"}, "examples": {"order": {"$ref": example}}}
    return {
        "requestBody": {"required": True, "content": {"application/json": content}},
        "responses": {
            status: {
                "description": words,
                "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{answer}"}}},
            }
            for status, (words, answer) in answers.items()
        },
    }


@router.post(
    "/events",
    auth=ApiKeyAuth(Scope.events_write),
    response={201: None, 200: None},
    summary="Send an event",
    operation_id="send_event",
    openapi_extra=sends(
        "Event",
        {201: ("Accepted", "EventAnswer"), 200: ("A repeat: the first answer, byte for byte", "EventAnswer")},
        "#/components/examples/Event",
    ),
)
def send_event(request: ApiRequest) -> HttpResponse:
    """Works one event: points, tiers and the verdict of every rule are in the answer.

    `id` is yours and unique for ever within `source`: sent again unchanged it gives the first answer again, sent with
    other content it is refused. No Idempotency-Key is needed.
    """
    (outcome,) = process_events(
        request.conn, [decode_event(request.body)], programme_id=request.programme_id, now=request.now
    )
    response = HttpResponse(outcome.body, status=outcome.status, content_type=_JSON if _is_good(outcome) else PROBLEM)
    if outcome.status == 200:
        response["Idempotent-Replayed"] = "true"
    return response


@router.post(
    "/events/bulk",
    auth=ApiKeyAuth(Scope.events_write),
    response={200: None},
    summary="Send many events",
    operation_id="send_events",
    openapi_extra=sends(
        "EventsIn", {200: ("A result for each event, in their order", "EventsOut")}, "#/components/examples/Events"
    ),
)
def send_events(request: ApiRequest) -> HttpResponse:
    """Works up to 500 events in one transaction, with a result for each. One that is refused harms no other."""
    events = decode_bulk(request.body)
    if isinstance(events, Refusal):
        raise events
    outcomes = process_events(request.conn, events, programme_id=request.programme_id, now=request.now)
    results = [_result(each) for each in outcomes]
    return HttpResponse(msgspec.json.encode({"results": results}), status=200, content_type=_JSON)


@router.get(
    "/events/{event_id}",
    auth=ApiKeyAuth(Scope.points_read),
    response=EventShown,
    summary="Get an event",
    operation_id="get_event",
)
def get_event(request: ApiRequest, event_id: UUID) -> EventShown:
    """An event with what it gave and what every rule said."""
    found = event(request.conn, event_id=event_id)
    if found is None or member(request.conn, programme_id=request.programme_id, member_id=found.member_id) is None:
        raise NotFound(
            "event_not_found",
            "There is no such event",
            detail=f"No event of this programme has the id {event_id}.",
            remedy="Use the id from the answer to the event, not the sender's own.",
            field="event_id",
        )
    rules = shelf(request.conn, programme_id=request.programme_id)
    return _shown(rules, found, verdicts_of(request.conn, rules, found))


@router.get(
    "/members/{member_id}/events",
    auth=ApiKeyAuth(Scope.points_read),
    response=Page[EventShown],
    summary="List a member's events",
    operation_id="list_events",
)
def list_events(request: ApiRequest, member_id: UUID, cursor: Cursor = None, limit: Limit = 50) -> Page[EventShown]:
    """A member's events, the latest first.

    Of a rulebook with many rules for an event, this lists the rules that gave something or came near it.
    """
    known_member(request, member_id)
    rules = shelf(request.conn, programme_id=request.programme_id)
    rows = events_of_member(request.conn, member_id=member_id, before=instant_and_id(cursor), limit=limit + 1)
    shown, following = page_of(rows, limit, lambda row: (row.occurred_at, row.id))
    return Page(items=[_shown(rules, row, kept_verdicts(row)) for row in shown], next=following)


def _result(outcome: Outcome) -> dict[str, Any]:
    shown: dict[str, Any] = {"status": outcome.status}
    if outcome.status == 200:
        shown["replayed"] = True
    return shown | {"answer" if _is_good(outcome) else "problem": msgspec.Raw(outcome.body)}


def _is_good(outcome: Outcome) -> bool:
    return outcome.status < 300


def _shown(rules: Shelf, found: StoredEvent, verdicts: list[Verdict]) -> EventShown:
    content = msgspec.json.decode(found.body)
    content.pop("member", None)
    return EventShown(
        id=found.id,
        member_id=found.member_id,
        type=found.type,
        source=found.source,
        event=found.external_id,
        order_number=found.order_number,
        amount=money_of(found.amount_minor, rules.programme.currency),
        occurred_at=found.occurred_at,
        received_at=found.received_at,
        rulebook_version=rules.by_id[found.rulebook_id].version,
        content=content,
        effects=msgspec.json.decode(found.answer)["effects"],
        rules=rules_said(rules, found, verdicts),
    )
