"""The slim door and the API answer alike: whoever answers, the sender sees the same."""

from __future__ import annotations

import json
from typing import Any

import pytest

from regulars.flows.issue_api_key import end_api_key, issue_api_key
from tests.interfaces.api.caller import Caller, everything
from tests.interfaces.ingest.calling import BULK, SINGLE, Call, call_all

GOOD = {
    "id": "1",
    "type": "order",
    "member": {"external_id": "nobody"},
    "occurred_at": "2026-11-22T09:30:00+03:00",
    "order": {"number": "1", "currency": "EUR", "total": "1.00"},
}
EVENTS = [
    json.dumps(GOOD).encode(),
    json.dumps(GOOD | {"surprise": 1}).encode(),
    json.dumps(GOOD | {"id": 5}).encode(),
    json.dumps(GOOD | {"order": {"number": "1", "currency": "EUR", "total": "x"}}).encode(),
    b"{",
    b"[]",
    b"null",
    b'{"id": "\xff"}',
    b'{"data": {"a": ' + b"[" * 10_000 + b"]" * 10_000 + b"}}",
]
BULKS = [
    b'{"events": [' + b",".join(each for each in EVENTS if each.endswith(b"}") and b"\xff" not in each) + b"]}",
    b'{"events": []}',
    b'{"events": 1}',
    b'{"events": [' + b",".join([b"{}"] * 501) + b"]}",
    b'{"event": []}',
    b"{",
]
HEADERS = ("content-type", "www-authenticate", "allow", "retry-after")


def answers(api: Caller, call: Call) -> list[tuple[int, Any, dict[str, str]]]:
    """What the slim door answers, and what the API answers."""
    (slim,) = call_all([call])
    given = None if call.idempotency_key is None else {"Idempotency-Key": call.idempotency_key.decode("latin-1")}
    full = api.call(
        call.method,
        call.path.removeprefix("/api/v1"),
        content=b"".join(call.chunks),
        content_type=call.media_type,
        authorization="" if call.key is None else f"Bearer {call.key}",
        headers=given,
    )
    return [(slim.status, slim.json, _told(slim.headers)), (full.status, full.body, _told(dict(full.headers)))]


def _told(headers: dict[str, str]) -> dict[str, str]:
    found = {name.lower(): value.replace("; charset=utf-8", "") for name, value in headers.items()}
    return {name: found[name] for name in HEADERS if name in found}


@pytest.mark.parametrize("content", EVENTS)
def test_one_event(api: Caller, content: bytes) -> None:
    slim, full = answers(api, Call(api.secret, [content]))

    assert slim == full
    assert slim[0] >= 400


@pytest.mark.parametrize("content", BULKS)
def test_many_events(api: Caller, content: bytes) -> None:
    slim, full = answers(api, Call(api.secret, [content], path=BULK))

    assert slim == full


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"method": "GET"}, 405, "method_not_allowed"),
        ({"method": "DELETE", "path": BULK}, 405, "method_not_allowed"),
        ({"key": None}, 401, "api_key_missing"),
        ({"key": "never-issued"}, 401, "api_key_unknown"),
        ({"media_type": "text/csv"}, 415, "unsupported_media_type"),
        ({"chunks": [b"x" * 1_000_001]}, 413, "body_too_large"),
        ({"chunks": [b"x" * 10_000_001], "path": BULK}, 413, "body_too_large"),
        ({"idempotency_key": b""}, 400, "bad_idempotency_key"),
        ({"idempotency_key": b"with blank"}, 400, "bad_idempotency_key"),
        ({"idempotency_key": b"tab\there"}, 400, "bad_idempotency_key"),
        ({"idempotency_key": b"x" * 129}, 400, "bad_idempotency_key"),
        ({"idempotency_key": b"x" * 128}, 422, "bad_field"),
    ],
)
def test_a_request_that_is_not_one(api: Caller, change: dict[str, Any], status: int, code: str) -> None:
    before = everything(api.shop)

    slim, full = answers(api, Call(**{"key": api.secret, "chunks": [b"{}"], "path": SINGLE} | change))

    assert slim == full
    assert (slim[0], slim[1]["code"]) == (status, code)
    assert everything(api.shop) == before


def test_a_key_for_other_things_and_one_that_is_over(api: Caller) -> None:
    shop = api.shop
    reader = issue_api_key(
        shop.conn, of=shop.programme, name="till", scopes=["points:read"], by="tests", now=shop.now
    ).secret
    slim, full = answers(api, Call(reader, [EVENTS[0]]))
    assert slim == full
    assert slim[1]["code"] == "scope_missing"

    end_api_key(shop.conn, of=shop.programme, prefix=api.key.prefix, now=shop.now)
    slim, full = answers(api, Call(api.secret, [EVENTS[0]]))
    assert slim == full
    assert slim[1]["code"] == "api_key_revoked"


@pytest.mark.parametrize("path", [SINGLE, BULK])
def test_a_key_of_good_form_is_taken(api: Caller, path: str) -> None:
    api.post("/members", {"external_id": "C-1"})
    event = api.order("10.00")
    body = json.dumps(event if path == SINGLE else {"events": [event]}).encode()

    (reply,) = call_all([Call(api.secret, [body], path=path, idempotency_key=b"5f3c1c9e-0d0b")])

    assert reply.status == (201 if path == SINGLE else 200)
