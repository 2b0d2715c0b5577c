"""Whatever is wrong with a call is told in one form, and nothing is written."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.interfaces.api.caller import Caller, everything

MEMBER = json.dumps({"external_id": "C-1"}).encode()
C_1 = {"external_id": "C-1"}
SOMEONE = str(UUID(int=7))


@pytest.mark.parametrize(
    ("content", "content_type", "status", "code"),
    [
        (b"", "application/json", 422, "field_missing"),
        (b"null", "application/json", 422, "field_missing"),
        (b"{", "application/json", 400, "malformed_json"),
        (b"{} {}", "application/json", 400, "malformed_json"),
        (b'{"points": NaN}', "application/json", 400, "malformed_json"),
        (b'{"name": "\xff\xfe"}', "application/json", 400, "malformed_json"),
        (b'{"name": "\\ud800"}', "application/json", 400, "malformed_json"),
        (b"[" * 10_000 + b"]" * 10_000, "application/json", 400, "malformed_json"),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "application/json", 400, "malformed_json"),
        (b'{"external_id": "a\\u0000b"}', "application/json", 400, "bad_text"),
        (b'{"attributes": {"a\\u0000b": 1}, "external_id": "x"}', "application/json", 400, "bad_text"),
        (MEMBER, "text/plain", 415, "unsupported_media_type"),
        (MEMBER, "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        (MEMBER, "application/json; charset=latin-1", 415, "unsupported_media_type"),
        (b'{"name": "' + b"x" * 1_000_000 + b'"}', "application/json", 413, "body_too_large"),
        (b"[]", "application/json", 422, "bad_value"),
    ],
)
def test_a_body_that_cannot_be_read(api: Caller, content: bytes, content_type: str, status: int, code: str) -> None:
    before = everything(api.shop)

    got = api.call("POST", "/adjustments", content=content, content_type=content_type, headers={"Idempotency-Key": "k"})

    assert (got.status, got.code) == (status, code)
    assert everything(api.shop) == before


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 400, "malformed_json"),
        (b"{", 400, "malformed_json"),
        (b"[" * 10_000 + b"]" * 10_000, 422, "bad_field"),
        (b'{"data": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", 422, "bad_field"),
        (b'{"id": "a\xff"}', 400, "malformed_json"),
        (b'{"events": 1}', 422, "bad_field"),
    ],
)
def test_events_that_cannot_be_read(api: Caller, content: bytes, status: int, code: str) -> None:
    before = everything(api.shop)

    got = api.post("/events", raw=content, key="")

    assert (got.status, got.code) == (status, code)
    assert everything(api.shop) == before


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"member": {"external_id": "nobody"}}, 404, "member_not_found", "member.external_id"),
        ({"member": {}}, 422, "member_not_named", "member"),
        ({"member": {"external_id": "C-1", "card": "1"}}, 422, "member_not_named", "member"),
        ({"member": {"external_id": "a\0b"}}, 422, "bad_text", "member.external_id"),
        ({"occurred_at": "1970-01-01T00:00:00Z"}, 422, "time_too_early", "occurred_at"),
        ({"occurred_at": "2999-01-01T00:00:00Z"}, 422, "time_in_future", "occurred_at"),
        ({"occurred_at": "2025-03-01T10:00:00"}, 422, "naive_time", "occurred_at"),
        ({"occurred_at": "yesterday"}, 422, "bad_field", "occurred_at"),
        ({"order": {"number": "1", "currency": "EUR", "total": "-1"}}, 422, "negative_amount", "order.total"),
        ({"order": {"number": "1", "currency": "EUR", "total": "NaN"}}, 422, "bad_amount", "order.total"),
        ({"order": {"number": "1", "currency": "EUR", "total": "1.005"}}, 422, "too_many_decimals", "order.total"),
        ({"order": {"number": "1", "currency": "USD", "total": "1"}}, 422, "currency_mismatch", "order.currency"),
        ({"order": {"number": "1", "currency": "XXZ", "total": "1"}}, 422, "unknown_currency", "currency"),
        ({"type": "Order!"}, 422, "bad_event_type", "type"),
        ({"type": "return"}, 422, "field_out_of_place", "order"),
        ({"type": "member.enrolled"}, 422, "reserved_event_type", "type"),
        ({"surprise": 1}, 422, "bad_field", None),
        ({"id": ""}, 422, "field_missing", "id"),
    ],
)
def test_events_that_are_refused(
    api: Caller, change: dict[str, Any], status: int, code: str, field: str | None
) -> None:
    api.post("/members", {"external_id": "C-1"})
    before = everything(api.shop)

    got = api.post("/events", api.order() | change, key="")

    assert (got.status, got.code, got.body.get("field")) == (status, code, field)
    assert everything(api.shop) == before


@pytest.mark.parametrize(
    ("path", "body", "status", "code", "field"),
    [
        ("/members", {"name": "Ada"}, 422, "member_without_identity", "external_id"),
        ("/members", {"external_id": ""}, 422, "field_missing", "external_id"),
        ("/members", {"external_id": "x" * 201}, 422, "text_too_long", "external_id"),
        ("/members", {"external_id": "x", "emial": "a@b.c"}, 422, "unknown_field", "emial"),
        ("/members", {"email": "ada"}, 422, "bad_email", "email"),
        ("/members", {"phone": "12"}, 422, "bad_phone", "phone"),
        ("/members", {"external_id": 5}, 422, "bad_value", "external_id"),
        ("/members", {"external_id": "x", "birth_date": "2999-01-01"}, 422, "bad_birth_date", "birth_date"),
        ("/members", {"external_id": "x", "birth_date": "01.02.2000"}, 422, "bad_value", "birth_date"),
        ("/members", {"external_id": "x", "enrolled_at": "2020-01-01T00:00"}, 422, "bad_value", "enrolled_at"),
        ("/members", {"external_id": "x", "enrolled_at": "2999-01-01T00:00:00Z"}, 422, "time_in_future", "enrolled_at"),
        ("/members", {"external_id": "x", "enrolled_at": "0001-01-01T00:00:00+14:00"}, 422, "bad_time", "enrolled_at"),
        ("/members", {"external_id": "x", "attributes": {"a": {"b": 1}}}, 422, "bad_value", None),
        ("/members", {"external_id": "x", "attributes": {"a": "b" * 5000}}, 422, "attributes_too_large", "attributes"),
        ("/members", {"external_id": "x", "email": "taken@example.com"}, 409, "member_exists", "email"),
        ("/members/bulk", {"members": []}, 422, "bad_value", "members"),
        ("/members/bulk", {"members": [{}] * 501}, 422, "bad_value", "members"),
        ("/events/bulk", {"events": [{}] * 501}, 422, "too_many_events", "events"),
        ("/adjustments", {"member": {}, "points": 1, "reason": "other"}, 422, "member_not_named", "member"),
        ("/adjustments", {"member": {"card": "1"}, "points": 1, "reason": "other"}, 404, "member_not_found", None),
        ("/adjustments", {"member": C_1, "points": 0, "reason": "other"}, 422, "bad_adjustment", "points"),
        ("/adjustments", {"member": C_1, "points": 1.5, "reason": "other"}, 422, "bad_value", "points"),
        ("/adjustments", {"member": C_1, "points": 10**30, "reason": "other"}, 422, "bad_value", "points"),
        ("/adjustments", {"member": C_1, "points": 1, "reason": "fun"}, 422, "not_a_choice", "reason"),
        ("/adjustments", {"member": C_1, "points": -1, "reason": "other"}, 422, "not_enough_points", None),
        ("/adjustments", {"member": C_1, "points": 1, "reason": "other", "point_type": "stars"}, 422,
         "unknown_point_type", "point_type"),
        ("/redemptions", {"member": C_1, "reward": "five-off"}, 422, "not_enough_points", None),
        ("/redemptions", {"member": C_1, "reward": "nothing"}, 404, "reward_not_found", "reward"),
        ("/redemptions", {"reward": "five-off"}, 422, "field_missing", "member"),
        (f"/redemptions/{SOMEONE}/confirm", None, 404, "redemption_not_found", None),
        (f"/redemptions/{SOMEONE}/reverse", {"because": 1}, 422, "unknown_field", "because"),
        ("/redemptions/nonsense/use", None, 422, "bad_value", "redemption_id"),
        ("/transfers", {"sender": C_1, "receiver": C_1, "points": 1}, 403, "transfers_not_allowed", "point_type"),
        ("/transfers", {"sender": C_1, "receiver": {}, "points": 1}, 422, "member_not_named", "receiver"),
        ("/transfers", {"sender": {"card": "1"}, "receiver": C_1, "points": 1}, 404, "member_not_found", "sender.card"),
        ("/transfers", {"sender": C_1, "receiver": C_1, "points": "many"}, 422, "bad_value", "points"),
        ("/transfers", {"sender": C_1, "receiver": C_1, "points": 1, "point_type": "stars"}, 422,
         "unknown_point_type", "point_type"),
        (f"/transfers/{SOMEONE}/cancel", None, 404, "transfer_not_found", "transfer"),
    ],
)  # fmt: skip
def test_writes_that_are_refused(api: Caller, path: str, body: Any, status: int, code: str, field: str | None) -> None:
    api.post("/members", {"external_id": "C-1", "email": "taken@example.com"})
    api.voucher()
    before = everything(api.shop)

    got = api.post(path, body)

    assert (got.status, got.code) == (status, code), got.raw
    if field is not None:
        assert got.body["field"] == field
    assert everything(api.shop) == before


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"/members/{SOMEONE}", 404, "member_not_found"),
        (f"/members/{SOMEONE}/balances", 404, "member_not_found"),
        (f"/members/{SOMEONE}/entries", 404, "member_not_found"),
        (f"/members/{SOMEONE}/tiers", 404, "member_not_found"),
        ("/members/nonsense", 422, "bad_value"),
        (f"/events/{SOMEONE}", 404, "event_not_found"),
        (f"/entries/{SOMEONE}/why", 404, "entry_not_found"),
        (f"/redemptions/{SOMEONE}", 404, "redemption_not_found"),
        (f"/transfers/{SOMEONE}", 404, "transfer_not_found"),
        (f"/members/{SOMEONE}/transfers", 404, "member_not_found"),
        ("/redemptions", 422, "field_missing"),
        ("/redemptions?code=NOPE", 404, "redemption_not_found"),
        ("/members?limit=0", 422, "bad_value"),
        ("/members?limit=201", 422, "bad_value"),
        ("/members?limit=many", 422, "bad_value"),
        ("/members?status=gone", 422, "not_a_choice"),
        ("/members?email=nonsense", 422, "bad_email"),
        ("/members?q=%00", 400, "bad_text"),
        ("/rewards/%00", 400, "bad_text"),
        ("/members?cursor=%%%", 400, "bad_cursor"),
        ("/members?cursor=bm9uc2Vuc2U", 400, "bad_cursor"),
        ("/members?cursor=WyIyMDI2LTAxLTAxIiwieCJd", 400, "bad_cursor"),
        ("/rulebook/versions/99999999999999999999", 422, "bad_value"),
        ("/rulebook/versions/0", 422, "bad_value"),
        ("/nothing", 404, "path_not_found"),
        ("/members/", 404, "path_not_found"),
        ("", 404, "path_not_found"),
    ],
)
def test_reads_that_are_refused(api: Caller, path: str, status: int, code: str) -> None:
    got = api.call("GET", path)

    assert (got.status, got.code) == (status, code), got.raw


def test_a_method_that_an_address_does_not_take(api: Caller) -> None:
    got = api.call("DELETE", "/members")

    assert (got.status, got.code) == (405, "method_not_allowed")
    assert {each.strip() for each in got.headers["Allow"].split(",")} == {"GET", "POST"}
    assert "/api/v1/members" in got.body["detail"]


def test_several_bad_fields_are_told_at_once(api: Caller) -> None:
    got = api.post("/members", {"external_id": 5, "name": 6, "nmae": "x"})

    assert got.status == 422
    assert [(each["code"], each["field"]) for each in got.body["errors"]] == [
        ("bad_value", "external_id"),
        ("bad_value", "name"),
        ("unknown_field", "nmae"),
    ]
    assert got.body["field"] == "external_id"


def test_a_bulk_call_may_be_larger(api: Caller) -> None:
    item = {"external_id": "C-1", "name": "x" * 3000}
    content = json.dumps({"members": [item] * 500}).encode()
    assert 1_000_000 < len(content) < 10_000_000

    got = api.post("/members/bulk", raw=content)

    assert (got.status, {each["problem"]["code"] for each in got.body["results"]}) == (200, {"text_too_long"})
    assert api.post("/members/bulk", raw=b" " * 10_000_001).code == "body_too_large"


def test_a_database_that_is_away_is_told_as_such(api: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise psycopg.OperationalError("connection refused at /run/secret")

    with monkeypatch.context() as patch:
        patch.setattr("regulars.interfaces.api.door.connection", away)
        before = api.get("/programme")
    with monkeypatch.context() as patch:
        patch.setattr("regulars.interfaces.api.v1.programme.programme", lambda conn, **_: away())
        within = api.get("/programme")

    for got in (before, within):
        assert (got.status, got.code, got.headers["Retry-After"]) == (503, "database_unavailable", "1")
        assert b"secret" not in got.raw
    assert api.get("/programme").status == 200
