"""Messages: what a member was told."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Router
from pydantic import Field

from regulars.domain.access.contracts import Scope
from regulars.domain.messaging.contracts import Message
from regulars.domain.messaging.message_kind import message_kind
from regulars.domain.messaging.queries import messages_of
from regulars.interfaces.api.auth import ApiKeyAuth
from regulars.interfaces.api.calls import ApiRequest
from regulars.interfaces.api.cursor import Cursor, Limit, Page, instant_and_id, page_of
from regulars.interfaces.api.v1.shapes import Output, known_member

router = Router()


class MessageShown(Output):
    """A message: its kind and values for programs, its words in English for people."""

    id: UUID
    kind: str = Field(description="What it is about", examples=["points_expire"])
    values: dict[str, Any] = Field(
        description="What it says, by the kind",
        examples=[{"point_type": "points", "point_name": "Points", "points": 120, "last_day": "2026-12-31"}],
    )
    title: str = Field(examples=["Use your points in time"])
    text: str = Field(examples=["Points: 120 can be used until 31 Dec 2026. After that day they are gone."])
    created_at: datetime
    read_at: datetime | None = Field(description="When the member saw it; null: not yet")


@router.get(
    "/members/{member_id}/messages",
    auth=ApiKeyAuth(Scope.points_read),
    response=Page[MessageShown],
    summary="List a member's messages",
    operation_id="list_messages",
)
def list_messages(request: ApiRequest, member_id: UUID, cursor: Cursor = None, limit: Limit = 50) -> Page[MessageShown]:
    """What the member was told, the latest first."""
    known_member(request, member_id)
    found = messages_of(request.conn, member_id=member_id, before=instant_and_id(cursor), limit=limit + 1)
    shown, following = page_of(found, limit, lambda row: (row.created_at, row.id))
    return Page(items=[_shown(each) for each in shown], next=following)


def _shown(message: Message) -> MessageShown:
    said = message_kind(message.kind, message.values)
    return MessageShown(
        id=message.id,
        kind=message.kind,
        values=dict(message.values),
        title=str(said.title()),
        text=str(said.text()),
        created_at=message.created_at,
        read_at=message.read_at,
    )
