"""Ladders by the API: who stands where, what a change would do, and back again; invitations are answered."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from regulars.database.pool import Connection
from tests.books import nothing_changes
from tests.factories import RULEBOOK, open_shop
from tests.interfaces.api.caller import Caller

pytestmark = [pytest.mark.database, pytest.mark.capability("C3")]


@pytest.fixture
def api(conn: Connection) -> Caller:
    """A shop with a tier by invitation."""
    document = copy.deepcopy(RULEBOOK)
    document["ladders"][0]["tiers"].append({"id": "black", "name": "Black", "invitation_only": True})
    return Caller(open_shop(conn, document, now=datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)))


def changed(**fields: Any) -> dict[str, Any]:
    document = copy.deepcopy(RULEBOOK)
    document["ladders"][0]["tiers"].append({"id": "black", "name": "Black", "invitation_only": True})
    document["ladders"][0]["tiers"][1]["from_score"] = "300.00"
    document["ladders"][0] |= fields
    return document


def test_a_change_is_seen_before_made_and_taken_back(api: Caller) -> None:
    shop = api.shop
    ada, ben = shop.enrol(), shop.enrol()
    shop.buy(ada, "250.00", at=shop.now - timedelta(days=350))
    shop.buy(ben, "190.00")
    (found,) = api.get("/ladders").body["ladders"]
    assert [(rung["tier"], rung["members"]) for rung in found["rungs"]] == [
        ("bronze", 1), ("silver", 1), ("gold", 0), ("black", 0),
    ]  # fmt: skip
    assert [(each["member_id"], each["tier"], each["lower"]) for each in found["losing"]] == [
        (str(ada), "silver", "bronze")
    ]
    assert [(each["member_id"], each["next"], each["missing"]) for each in found["reaching"]] == [
        (str(ben), "silver", "10.00")
    ]
    assert found["change"] is None
    with nothing_changes(shop):
        told = api.post("/rulebook/preview", {"document": changed(on_change="apply")}, key="").body["ladders"]
        assert [(each["up"], each["down"], each["kept"], each["same"]) for each in told] == [(0, 1, 0, 1)]
        assert told[0]["moves"] == [{"way": "down", "from_tier": "Silver", "to_tier": "Bronze", "members": 1}]
        assert told[0]["samples"][0]["member_id"] == str(ada)
        kept = api.post("/rulebook/preview", {"document": changed()}, key="").body["ladders"][0]
        assert (kept["kept"], kept["moves"][0]["way"]) == (1, "kept")
        assert kept["samples"][0]["until"] == kept["kept_until"] == kept["kept_from"]
        for address in ("/ladders/status/undo", "/ladders/club/undo"):
            assert api.get(address).status in (404, 409)
            assert api.post(address, {}).code in ("ladder_never_changed", "ladder_not_found")
        assert api.post("/ladders/status/undo", {}, key="").code == "idempotency_key_missing"
        back = api.post("/rulebook/proposals", {"document": changed(on_change="restore")})
        assert (back.status, back.code) == (409, "ladder_not_the_one_before")
    assert api.post("/rulebook/proposals", {"document": changed(on_change="apply")}).status == 201
    (found,) = api.get("/ladders").body["ladders"]
    assert (found["change"]["version"], found["change"]["down"], found["change"]["done"]) == (2, 1, 2)
    assert api.get(f"/members/{ada}/tiers").body["standings"][0]["tier"] == "bronze"
    with nothing_changes(shop):
        assert api.get("/ladders/status/undo").body["up"] == 1
    assert api.post("/ladders/status/undo", {"note": "A typing error"}).body == {"version": 3}
    standing = api.get(f"/members/{ada}/tiers").body
    assert standing["standings"][0]["tier"] == "silver"
    assert [each["why"] for each in standing["changes"]][:2] == ["ladder_undone", "ladder"]


def test_an_invitation_is_accepted_and_declined(api: Caller) -> None:
    ada = api.shop.enrol()
    place = f"/members/{ada}/tiers/status/assignment"
    with nothing_changes(api.shop):
        assert api.post(f"{place}/accept").code == "not_invited"
    made = api.post(place, {"tier": "black", "kind": "invited", "reason": "A friend of the house"}).body
    assert made["accepted_at"] is None
    accepted = api.post(f"{place}/accept").body["accepted_at"]
    assert accepted is not None
    assert api.post(f"{place}/accept").body["accepted_at"] == accepted
    assert api.post(f"{place}/end", {"declined": True}).status == 200
    assert api.get(f"/members/{ada}/tiers").body["standings"][0]["tier"] == "bronze"
    with nothing_changes(api.shop):
        assert api.post(f"{place}/accept").code == "not_invited"
    # What is no invitation cannot be accepted.
    api.post(place, {"tier": "gold", "reason": "A hard year"})
    with nothing_changes(api.shop):
        assert api.post(f"{place}/accept").code == "not_invited"


def test_who_is_kept_sees_until_when(api: Caller) -> None:
    ada = api.shop.enrol()
    api.shop.buy(ada, "250.00")
    assert api.get(f"/members/{ada}/tiers").body["standings"][0]["kept_by_change"] is None
    api.post("/rulebook/proposals", {"document": changed()})
    standing = api.get(f"/members/{ada}/tiers").body["standings"][0]
    assert standing["tier"] == "silver"
    assert standing["kept_by_change"] == standing["safe_until"]
