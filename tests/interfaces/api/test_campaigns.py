"""Campaigns by API: what they promise, what they gave, and what is left."""

from __future__ import annotations

import copy
import json

from tests.factories import RULEBOOK
from tests.interfaces.api.caller import Caller


def test_campaigns_tell_what_they_gave_and_what_is_left(api: Caller) -> None:
    assert api.get("/campaigns").body == {"items": []}
    document = copy.deepcopy(RULEBOOK)
    document["campaigns"] = [
        {"id": "spring", "name": "Spring", "budget": {"money": 1}},
        {"id": "later", "name": "Later", "valid_from": "2040-01-01T00:00:00+00:00"},
        {"id": "over", "name": "Over", "valid_until": "2001-01-01T00:00:00+00:00", "budget": {"points": 10}},
    ]
    document["earn_rules"].append(
        {"id": "gift", "name": "Gift", "campaign": "spring", "earn": {"strategy": "fixed_bonus", "points": 60}}
    )
    api.shop.publish(document)
    member = api.shop.enrol()

    api.shop.buy(member, "1.00")
    spring, later, over = api.get("/campaigns").body["items"]

    assert (spring["state"], spring["points"], spring["cost"]) == (
        "running", 60, {"amount": "0.60", "currency": "EUR"},
    )  # fmt: skip
    assert spring["budget"] == {"measure": "money", "each": "total", "most": "1", "taken": "0.6", "left": "0.4"}
    assert spring["text"] == "Spring, points worth 1.00 EUR for all members together"
    assert (later["state"], later["budget"]) == ("planned", None)
    assert (over["state"], over["points"]) == ("over", 0)
    bought = api.shop.buy(member, "1.00")
    spring = api.get("/campaigns").body["items"][0]
    assert (spring["state"], spring["points"], spring["budget"]["left"]) == ("used_up", 100, "0")
    api.shop.give_back(member, bought)
    spring = api.get("/campaigns").body["items"][0]
    assert (spring["state"], spring["points"], spring["budget"]["left"]) == ("running", 60, "0.4")


def test_the_calendar_of_campaigns_names_days_and_what_meets(api: Caller) -> None:
    document = copy.deepcopy(RULEBOOK)
    document["campaigns"] = [
        {"id": "march", "name": "March", "valid_from": "2040-03-01T00:00:00+01:00", "budget": {"points": 500}},
        {"id": "short", "name": "Short day", "valid_from": "2040-03-25T00:00:00+01:00",
         "valid_until": "2040-03-26T00:00:00+02:00"},
    ]  # fmt: skip
    document["earn_rules"] += [
        {"id": each, "name": each, "campaign": each, "earn": {"strategy": "fixed_bonus", "points": 60}}
        for each in ("march", "short")
    ]
    api.shop.publish(document)

    found = api.get("/campaigns/calendar?from=2040-03-20&until=2040-04-01").body

    assert (found["since"], found["until"], found["time_zone"]) == ("2040-03-20", "2040-04-01", "Europe/Berlin")
    march, short = found["items"]
    assert march == {
        "kind": "campaign",
        "id": "march",
        "name": "March",
        "text": "March, from 1 Mar 2040, 00:00, 500 points for all members together",
        "starts_at": "2040-02-29T23:00:00Z",
        "ends_at": None,
        "first_day": "2040-03-20",
        "last_day": "2040-03-31",
        "budget": {"measure": "points", "each": "total", "most": "500", "taken": "0", "left": "500"},
    }
    assert (short["first_day"], short["last_day"], short["ends_at"]) == (
        "2040-03-25", "2040-03-25", "2040-03-25T22:00:00Z",
    )  # fmt: skip
    assert found["overlaps"] == [
        {
            "first": "march", "first_name": "March", "second": "short", "second_name": "Short day",
            "first_day": "2040-03-25", "last_day": "2040-03-25", "only_one_counts": False,
        }
    ]  # fmt: skip
    document["campaigns"][0]["name"] = "March for all"
    draft = api.post("/rulebook/drafts", {"name": "Other", "text": json.dumps(document)}).body["id"]
    shown = api.get(f"/campaigns/calendar?from=2040-03-20&until=2040-04-01&draft={draft}").body
    assert [each["name"] for each in shown["items"]] == ["March for all", "Short day"]
    assert len(api.get("/campaigns/calendar").body["items"]) == 0
    for asked, code in (("from=2040-03-20&until=2040-03-20", "window_empty"), ("draft=999", "draft_not_found")):
        assert api.get(f"/campaigns/calendar?{asked}").body["code"] == code
