"""Calls the event door as a server would, without one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from regulars.database.pool import connect
from regulars.interfaces.ingest.batching import Batcher, Worker
from regulars.interfaces.ingest.door import BULK, SINGLE, EventDoor
from regulars.interfaces.ingest.working import EventWorker

__all__ = ["BULK", "SINGLE", "Call", "Reply", "call_all", "order", "post"]


@dataclass
class Reply:
    """What came back."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Call:
    """One request. chunks: the body as it arrives."""

    key: str | None
    chunks: Sequence[bytes]
    path: str = SINGLE
    method: str = "POST"
    media_type: str = "application/json"
    length: int | None = None
    idempotency_key: bytes | None = None

    def scope(self) -> dict[str, Any]:
        headers = [(b"content-type", self.media_type.encode())]
        if self.key is not None:
            headers.append((b"authorization", f"Bearer {self.key}".encode()))
        if self.length is not None:
            headers.append((b"content-length", str(self.length).encode()))
        if self.idempotency_key is not None:
            headers.append((b"idempotency-key", self.idempotency_key))
        return {"type": "http", "method": self.method, "path": self.path, "headers": headers}


def post(key: str | None, document: Any, path: str = SINGLE) -> Call:
    """A request with a JSON body; bytes go as they are."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return Call(key, [body], path)


def order(external_id: str, identifier: str, total: str = "10.00", **fields: Any) -> dict[str, Any]:
    """An order event of a member, as a sender writes it."""
    return {
        "id": identifier,
        "type": "order",
        "member": {"external_id": external_id},
        "occurred_at": "2026-03-02T12:00:00Z",
        "source": "till",
        "order": {"number": identifier, "currency": "EUR", "total": total, **fields},
    }


def event_worker() -> EventWorker:
    """A worker on a connection of its own, as the product hires it."""
    return EventWorker(connect)


def call_all(
    calls: Sequence[Call],
    *,
    hire: Callable[[], Worker] = event_worker,
    room: int = 1000,
    one_by_one: bool = False,
) -> list[Reply]:
    """The replies, in order. All calls are made at once, so they share batches; or one after the other."""

    async def run() -> list[Reply]:
        batcher = Batcher(hire, lanes=1, most=256, room=room)
        door = EventDoor(batcher)
        if one_by_one:
            replies = [await _call(door, each) for each in calls]
        else:
            replies = list(await asyncio.gather(*(_call(door, each) for each in calls)))
        await batcher.close()
        return replies

    return asyncio.run(run())


async def _call(door: EventDoor, call: Call) -> Reply:
    reply = Reply()
    waiting = list(call.chunks)

    async def receive() -> MutableMapping[str, Any]:
        chunk = waiting.pop(0)
        return {"type": "http.request", "body": chunk, "more_body": bool(waiting)}

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            reply.status = message["status"]
            reply.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            reply.body += message["body"]

    await door(call.scope(), receive, send)
    return reply
