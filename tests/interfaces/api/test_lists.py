"""Lists in pages: nothing twice, nothing missing, also while something is added."""

from __future__ import annotations

from typing import Any

import pytest

from tests.interfaces.api.caller import Caller


def paged(api: Caller, path: str, limit: int, **query: Any) -> list[list[Any]]:
    """Every page of a list."""
    pages = []
    cursor: dict[str, Any] = {}
    while True:
        body = api.get(path, limit=limit, **query, **cursor).body
        pages.append(body["items"])
        if body["next"] is None:
            return pages
        cursor = {"cursor": body["next"]}


@pytest.fixture
def member(api: Caller) -> str:
    """A member with seven orders, five redemptions and four gifts."""
    api.voucher(price=10)
    made = str(api.post("/members", {"external_id": "C-1"}).body["id"])
    got = api.post("/events/bulk", {"events": [api.order("20.00") for _ in range(7)]})
    assert [each["status"] for each in got.body["results"]] == [201] * 7
    for _ in range(5):
        assert api.post("/redemptions", {"member": {"id": made}, "reward": "five-off"}).status == 201
    for _ in range(4):
        assert api.post("/adjustments", {"member": {"id": made}, "points": 1, "reason": "other"}).status == 201
    return made


@pytest.mark.parametrize(("noun", "count"), [("events", 8), ("entries", 16), ("redemptions", 5), ("adjustments", 4)])
def test_pages_of_a_member_hold_everything_once(api: Caller, member: str, noun: str, count: int) -> None:
    whole = api.get(f"/members/{member}/{noun}", limit=200).body
    assert (len(whole["items"]), whole["next"]) == (count, None)

    for limit in (1, 3, count, count + 1):
        pages = paged(api, f"/members/{member}/{noun}", limit)
        assert [item for page in pages for item in page] == whole["items"]
        assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)
        assert pages[-1]


def test_pages_of_members_hold_everybody_once_while_others_join(api: Caller) -> None:
    at = "2025-01-01T00:00:00Z"
    for start in range(0, 30, 10):
        items = [{"external_id": f"M-{number}", "enrolled_at": at} for number in range(start, start + 10)]
        api.post("/members/bulk", {"members": items})
    whole = [each["id"] for each in api.get("/members", limit=200).body["items"]]
    assert len(set(whole)) == 30

    first = api.get("/members", limit=12).body
    api.post("/members", {"external_id": "late"})
    rest = api.get("/members", limit=200, cursor=first["next"]).body

    assert [each["id"] for each in first["items"] + rest["items"]] == whole
    assert rest["next"] is None


def test_a_cursor_fits_its_own_kind_of_list_only(api: Caller, member: str) -> None:
    of_entries = api.get(f"/members/{member}/entries", limit=1).body["next"]
    of_events = api.get(f"/members/{member}/events", limit=1).body["next"]

    assert api.get(f"/members/{member}/events", cursor=of_entries).code == "bad_cursor"
    assert api.get(f"/members/{member}/entries", cursor=of_events).code == "bad_cursor"


def test_an_empty_list_is_a_list(api: Caller) -> None:
    assert api.get("/members").body == {"items": [], "next": None}
    assert api.get("/members", q="nobody").body == {"items": [], "next": None}
