"""Campaigns by API: what they promise, what they gave, and what is left."""

from __future__ import annotations

import copy

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
