"""One request at the event door: what it may be, and how it is answered."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

import msgspec

from regulars.flows.process_events import Outcome
from regulars.interfaces.ingest.batching import Batcher, Submission
from regulars.interfaces.wire import refusals
from regulars.interfaces.wire.events import decode_bulk, decode_event
from regulars.interfaces.wire.idempotency import check_form
from regulars.interfaces.wire.keys import key_digest
from regulars.kernel.errors import Refusal

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

SINGLE = "/api/v1/events"
BULK = "/api/v1/events/bulk"
PATHS = frozenset((SINGLE, BULK))

_LARGEST = {SINGLE: 1_000_000, BULK: 10_000_000}
_JSON_TYPE = re.compile(rb'application/json\s*(;\s*charset="?utf-?8"?\s*)?', re.IGNORECASE)
_JSON = (b"content-type", b"application/json")
_PROBLEM = (b"content-type", b"application/problem+json")
_REPLAYED = (b"idempotent-replayed", b"true")
_EXTRA: dict[int, Headers] = {
    401: [(b"www-authenticate", b'Bearer realm="Regulars"')],
    405: [(b"allow", b"POST")],
    503: [(b"retry-after", b"1")],
}


class EventDoor:
    """The ASGI application of the two addresses that take events."""

    def __init__(self, batcher: Batcher) -> None:
        self._batcher = batcher

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            submission = await _read(scope, receive)
            if submission is None:
                return
            answer = await self._batcher.submit(submission)
            if isinstance(answer, Refusal):
                raise answer
        except Refusal as refusal:
            body = msgspec.json.encode(refusal.as_problem())
            await _send(send, refusal.status, [_PROBLEM, *_EXTRA.get(refusal.status, ())], body)
            return
        if scope["path"] == BULK:
            await _send(send, 200, [_JSON], _bulk_body(answer))
        else:
            await _send(send, answer[0].status, _single_headers(answer[0].status), answer[0].body)


async def _read(scope: Scope, receive: Receive) -> Submission | None:
    """The request with its events decoded; None when the sender hung up. Raises Refusal."""
    path = scope["path"]
    if scope["method"] != "POST":
        raise refusals.method_not_allowed(scope["method"], path, "POST")
    authorization = media_type = length = b""
    idempotency_key: bytes | None = None
    for name, value in scope["headers"]:
        if name == b"authorization":
            authorization = value
        elif name == b"content-type":
            media_type = value
        elif name == b"content-length":
            length = value
        elif name == b"idempotency-key":
            idempotency_key = value
    digest = key_digest(authorization.decode("latin-1"))
    if media_type != b"application/json" and not _JSON_TYPE.fullmatch(media_type):
        raise refusals.wrong_media_type(media_type.decode("latin-1"))
    largest = _LARGEST[path]
    if length.isdigit() and int(length[:20]) > largest:
        raise refusals.body_too_large(largest)
    # An event repeats by its own id; a key that no address would take is told all the same.
    if idempotency_key is not None:
        check_form(idempotency_key.decode("latin-1"))
    body = await _body(receive, largest)
    if body is None:
        return None
    if path == SINGLE:
        return Submission(digest, [decode_event(body)])
    events = decode_bulk(body)
    return Submission(digest, [], events) if isinstance(events, Refusal) else Submission(digest, events)


async def _body(receive: Receive, largest: int) -> bytes | None:
    message = await receive()
    if message["type"] == "http.disconnect":
        return None
    body: bytes = message.get("body", b"")
    if message.get("more_body"):
        parts = [body]
        size = len(body)
        while message.get("more_body"):
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > largest:
                raise refusals.body_too_large(largest)
        body = b"".join(parts)
    if len(body) > largest:
        raise refusals.body_too_large(largest)
    return body


def _single_headers(status: int) -> Headers:
    if status == 201:
        return [_JSON]
    if status == 200:
        return [_JSON, _REPLAYED]
    return [_PROBLEM, *_EXTRA.get(status, ())]


def _bulk_body(outcomes: Iterable[Outcome]) -> bytes:
    """{"results": [...]} in the order of the events: `answer` where one was accepted, `problem` where it was not."""
    results = []
    for status, body in outcomes:
        if status == 201:
            results.append(b'{"status":201,"answer":%b}' % body)
        elif status == 200:
            results.append(b'{"status":200,"replayed":true,"answer":%b}' % body)
        else:
            results.append(b'{"status":%d,"problem":%b}' % (status, body))
    return b'{"results":[%b]}' % b",".join(results)


async def _send(send: Send, status: int, headers: Headers, body: bytes) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})
