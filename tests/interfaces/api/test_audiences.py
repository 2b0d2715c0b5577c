"""Audiences over the API: made, counted, refreshed, filled, read page by page."""

from __future__ import annotations

from typing import Any

import pytest

from tests.interfaces.api.caller import Caller, everything

DAY = {"field": "member.orders", "at_least": "2026-01-01"}
BUYERS = {"field": "member.orders", "at_least": 1}


def test_an_audience_is_made_counted_and_refreshed(api: Caller) -> None:
    api.post("/members", {"external_id": "C-1"})
    made = api.put("/audiences/buyers", {"name": "Who bought", "conditions": BUYERS})
    assert (made.status, made.body["members"], made.body["version"]) == (200, 0, 1)
    assert made.body["words"] == "the number of earlier orders is at least 1"
    assert (made.body["kind"], made.body["conditions"]) == ("dynamic", BUYERS)

    api.post("/events", api.order("45.90"))
    seen = api.post("/audience-previews", {"conditions": BUYERS}).body
    assert (seen["members"], len(seen["sample"])) == (1, 1)
    assert api.post("/audiences/buyers/refresh").body == {"joined": 1, "gone": 0, "members": 1}
    (member,) = api.get("/audiences/buyers/members").body["items"]
    assert member["member_id"] == seen["sample"][0]
    assert [each["audience"] for each in api.get("/audiences").body["items"]] == ["buyers"]
    archived = api.put("/audiences/buyers", {"name": "Who bought", "conditions": BUYERS, "archived": True})
    assert (archived.body["archived"], archived.body["version"]) == (True, 2)
    assert api.get("/audiences/buyers").body == archived.body


def test_a_list_is_filled_and_read_page_by_page(api: Caller) -> None:
    ids = {api.post("/members", {"external_id": f"C-{number}"}).body["id"] for number in range(1, 4)}
    api.put("/audiences/friends", {"name": "Friends", "conditions": None})
    entries = [{"external_id": f"C-{number}"} for number in (1, 2, 3, 99)]

    filled = api.post("/audiences/friends/members", {"mode": "add", "members": entries}).body
    assert (filled["joined"], filled["members"]) == (3, 3)
    assert [(each["position"], each["problem"]["code"]) for each in filled["refused"]] == [(3, "member_not_found")]

    first = api.get("/audiences/friends/members?limit=2").body
    second = api.get(f"/audiences/friends/members?limit=2&cursor={first['next']}").body
    assert {each["member_id"] for each in first["items"] + second["items"]} == ids
    assert (len(first["items"]), second["next"]) == (2, None)


@pytest.mark.parametrize(
    ("path", "body", "status", "code", "field"),
    [
        ("/audience-previews", {"conditions": DAY}, 422, "bad_conditions", "conditions"),
        ("/audience-previews", {"conditions": {"field": "member.orders"}}, 422, "bad_value", None),
        ("/audiences/friends/members", {"members": [{}]}, 422, "member_not_named", "members[0]"),
        ("/audiences/friends/members", {"mode": "swap", "members": []}, 422, "not_a_choice", "mode"),
        ("/audiences/nobodys/refresh", None, 404, "audience_not_found", None),
    ],
)  # fmt: skip
def test_what_is_refused_changes_nothing(
    api: Caller, path: str, body: Any, status: int, code: str, field: str | None
) -> None:
    api.put("/audiences/friends", {"name": "Friends", "conditions": None})
    before = everything(api.shop)
    got = api.post(path, body)
    assert (got.status, got.code) == (status, code)
    assert field is None or got.body["field"] == field
    assert everything(api.shop) == before


def test_a_change_from_an_old_version_is_refused(api: Caller) -> None:
    api.put("/audiences/friends", {"name": "Friends", "conditions": None})
    api.put("/audiences/friends", {"name": "Good friends", "conditions": None, "version": 1})
    before = everything(api.shop)
    got = api.put("/audiences/friends", {"name": "Best friends", "conditions": None, "version": 1})
    assert (got.status, got.code) == (409, "audience_changed")
    assert everything(api.shop) == before
