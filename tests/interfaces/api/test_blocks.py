"""Blocking members over the API."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.interfaces.api.caller import Caller, everything


def test_a_member_is_blocked_earns_and_is_released(api: Caller) -> None:
    member = api.post("/members", {"external_id": "C-1"}).body["id"]
    api.voucher(price=10)
    assert api.get(f"/members/{member}").body["blocked"] is None

    done = api.post(f"/members/{member}/block", {"reason": "The card was reported stolen"})

    assert (done.status, done.body["status"]) == (200, "blocked")
    assert "stolen" not in done.raw.decode()
    shown = api.get(f"/members/{member}").body
    assert shown["status"] == "blocked"
    assert shown["blocked"] == {
        "reason": "The card was reported stolen", "by": api.key.by, "since": done.body["since"],
    }  # fmt: skip
    again = api.post(f"/members/{member}/block", {"reason": "Another reason"})
    assert again.body == done.body
    earned = api.post("/events", api.order("45.90"))
    assert earned.status == 201
    assert earned.body["effects"][0]["pending"]["blocked"] is True
    assert earned.body["balances"]["points"] == {"available": 0, "held": 0, "pending": 45}
    refused = api.post("/redemptions", {"member": {"id": member}, "reward": "five-off"})
    assert (refused.status, refused.code) == (409, "member_blocked")
    released = api.post(f"/members/{member}/unblock")
    assert released.body == {"id": member, "status": "active", "released": True}
    assert api.get(f"/members/{member}").body["blocked"] is None
    (balance,) = api.get(f"/members/{member}/balances").body["balances"]
    assert balance["available"] == 45
    assert api.post(f"/members/{member}/unblock").body["released"] is False


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [({"reason": ""}, 422, "bad_value", "reason"), ({}, 422, "field_missing", "reason"),
     ({"reason": " "}, 422, "field_missing", "reason"), ({"reason": "x" * 501}, 422, "text_too_long", "reason")],
)  # fmt: skip
def test_a_block_that_cannot_be_changes_nothing(
    api: Caller, body: dict[str, str], status: int, code: str, field: str
) -> None:
    member = api.post("/members", {"external_id": "C-1"}).body["id"]
    before = everything(api.shop)
    got = api.post(f"/members/{member}/block", body)
    assert (got.status, got.code, got.body["field"]) == (status, code, field)
    assert everything(api.shop) == before


def test_nobody_can_be_blocked_or_released(api: Caller) -> None:
    before = everything(api.shop)
    assert api.post(f"/members/{uuid4()}/block", {"reason": "A lost card"}).code == "member_not_found"
    assert api.post(f"/members/{uuid4()}/unblock").code == "member_not_found"
    assert everything(api.shop) == before
