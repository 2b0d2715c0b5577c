"""Expiry over the API: the calendar, more time, messages, and what another expiry would mean."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from regulars.database.pool import Connection
from regulars.flows.nightly_work import nightly_work
from tests.books import nothing_changes
from tests.factories import RULEBOOK, open_shop
from tests.interfaces.api.caller import Caller


@pytest.fixture
def api(conn: Connection) -> Caller:
    """A program of a shop whose points last 10 days and are pending in one of its point types."""
    document = copy.deepcopy(RULEBOOK)
    document["point_types"][0] |= {"expiry": {"policy": "after", "period": "10 days"}, "reminders": ["10 days"]}
    document["point_types"].append(
        {"id": "stars", "name": "Stars", "pending": {"mode": "on_event", "event": "delivered"}}
    )
    document["earn_rules"].append(
        {"id": "stars", "name": "Stars", "point_type": "stars",
         "earn": {"strategy": "points_per_amount", "points": 1}}
    )  # fmt: skip
    return Caller(open_shop(conn, document, now=datetime.now(UTC)))


@pytest.fixture
def member(api: Caller) -> str:
    found = str(api.post("/members", {"external_id": "C-1"}).body["id"])
    api.post("/events", api.order("40.00"))
    return found


def test_the_calendar_has_days_and_what_waits(api: Caller, member: str) -> None:
    got = api.get(f"/members/{member}/expiry")
    points, stars = got.body["calendars"]
    assert [each["points"] for each in points["days"]] == [40]
    assert (points["never"], points["pending"], points["worth"]) == (0, [], {"amount": "0.40", "currency": "EUR"})
    assert stars["days"] == []
    assert stars["pending"] == [{"points": 40, "activates_on": None, "waits_for": "delivered", "last_day": None}]


def test_staff_give_more_time(api: Caller, member: str) -> None:
    (day,) = api.get(f"/members/{member}/expiry").body["calendars"][0]["days"]
    got = api.post("/expiry-extensions", {"member": {"id": member}, "period": "1 month", "reason": "goodwill"})
    assert got.status == 201
    (moved,) = got.body["moved"]
    assert (moved["from_day"], moved["points"]) == (day["last_day"], 40)
    (after,) = api.get(f"/members/{member}/expiry").body["calendars"][0]["days"]
    assert after == {"last_day": moved["to_day"], "points": 40}


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({}, 422, "extension_unclear"),
        ({"to": "2030-01-01", "period": "1 month"}, 422, "extension_unclear"),
        ({"to": "2001-01-01"}, 409, "nothing_to_extend"),
        ({"to": "2090-01-01"}, 422, "extension_too_far"),
        ({"period": "0 days"}, 422, "extension_not_later"),
        ({"period": "soon"}, 422, "bad_period"),
        ({"period": "1 month", "last_days": ["2001-01-01"]}, 409, "nothing_to_extend"),
        ({"period": "1 month", "point_type": "moons"}, 422, "unknown_point_type"),
    ],
)
def test_what_is_refused_changes_nothing(
    api: Caller, member: str, more: dict[str, Any], status: int, code: str
) -> None:
    got = api.post("/expiry-extensions", {"member": {"id": member}, "reason": "goodwill", **more})
    assert (got.status, got.code) == (status, code)
    with nothing_changes(api.shop):
        api.post("/expiry-extensions", {"member": {"id": member}, "reason": "goodwill", **more}, key="")


def test_messages_page_by_page(api: Caller, member: str) -> None:
    shop = api.shop
    assert nightly_work(shop.conn, programme_id=shop.programme.id, now=datetime.now(UTC)).messages == 1
    page = api.get(f"/members/{member}/messages", limit=1).body
    (told,) = page["items"]
    assert told["kind"] == "points_expire"
    assert told["values"]["points"] == 40
    assert told["text"].startswith("Points: 40 can be used until ")
    assert told["read_at"] is None
    assert page["next"] is None


def test_a_preview_writes_nothing(api: Caller, member: str) -> None:
    document = copy.deepcopy(RULEBOOK)
    document["point_types"][0] |= {
        "expiry": {"policy": "after", "period": "0 days"},
        "on_expiry_change": "restart_clock",
    }
    with nothing_changes(api.shop):
        got = api.post("/rulebook/preview", {"document": document}, key="")
    (change,) = got.body["changes"]
    assert change["restarts"] is True
    assert (change["members"], change["points_earlier"]) == (1, 40)
    assert (change["members_at_once"], change["points_at_once"]) == (1, 40)
    assert api.post("/rulebook/preview", {"document": {"rulebook": 1}}, key="").code == "rulebook_invalid"
