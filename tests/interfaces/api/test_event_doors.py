"""The slim door and the API read events alike: whoever answers, the sender sees the same."""

from __future__ import annotations

import json

import pytest

from regulars.domain.events.contracts import Event
from regulars.interfaces.api.reading_events import read_bulk, read_event
from regulars.interfaces.ingest.decoding import decode_bulk, decode_event
from regulars.kernel.errors import Refusal

GOOD = {
    "id": "1",
    "type": "order",
    "member": {"card": "1"},
    "occurred_at": "2026-11-22T09:30:00+03:00",
    "order": {"number": "1", "currency": "EUR", "total": "1.00"},
}
EVENTS = [
    json.dumps(GOOD).encode(),
    json.dumps(GOOD | {"surprise": 1}).encode(),
    json.dumps(GOOD | {"id": 5}).encode(),
    json.dumps(GOOD | {"order": {"number": "1", "currency": "EUR", "total": "x"}}).encode(),
    b"",
    b"{",
    b"[]",
    b"null",
    b'{"id": "\xff"}',
    b'{"data": {"a": ' + b"[" * 10_000 + b"]" * 10_000 + b"}}",
]


def told(result: object) -> object:
    if isinstance(result, list):
        return [told(each) for each in result]
    return result.as_problem() if isinstance(result, Refusal) else result


def read_all(content: bytes) -> object:
    try:
        return read_bulk(content)
    except Refusal as refusal:
        return refusal


@pytest.mark.parametrize("content", EVENTS)
def test_one_event(content: bytes) -> None:
    ours = read_event(content)

    assert isinstance(ours, Event | Refusal)
    assert told(ours) == told(decode_event(content))


@pytest.mark.parametrize(
    "content",
    [
        b'{"events": [' + b",".join(each for each in EVENTS if each.endswith(b"}") and b"\xff" not in each) + b"]}",
        b'{"events": []}',
        b'{"events": 1}',
        b'{"events": [' + b",".join([b"{}"] * 501) + b"]}",
        b'{"event": []}',
        b"{",
        b"",
    ],
)
def test_many_events(content: bytes) -> None:
    assert told(read_all(content)) == told(decode_bulk(content))
