"""Publishing by the API: what is wrong with a text, what waits for a second key, and what is out of date."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from regulars.database.pool import Connection
from regulars.domain.audit.contracts import programme_subject
from regulars.domain.audit.queries import acts_about
from regulars.domain.programmes.rulebook import Rulebook
from tests.factories import RULEBOOK, open_shop
from tests.interfaces.api.caller import ALL, Caller, everything

pytestmark = [pytest.mark.database, pytest.mark.capability("E1")]


@pytest.fixture
def api(conn: Connection) -> Caller:
    """A shop whose points are there for ever."""
    document = copy.deepcopy(RULEBOOK)
    document["point_types"][0]["expiry"] = {"policy": "never"}
    api = Caller(open_shop(conn, document, now=datetime.now(UTC)))
    api.shop.buy(api.shop.enrol(), "40.00")
    return api


def rulebook(period: str = "12 months", **fields: Any) -> dict[str, Any]:
    document = copy.deepcopy(RULEBOOK) | {"name": "Next"}
    document["point_types"][0] |= {"expiry": {"policy": "after", "period": period}, **fields}
    return document


AT_ONCE = rulebook("0 days", on_expiry_change="restart_clock")


def test_a_harmless_version_is_published_at_once_and_never_changes(api: Caller) -> None:
    done = api.post("/rulebook/proposals", {"document": rulebook(), "note": "A year", "based_on": 1})
    assert (done.status, done.body["version"], done.body["proposal"]) == (201, 2, None)
    assert [(each["restarts"], each["points_at_once"]) for each in done.body["changes"]] == [(False, 0)]

    listed = api.get("/rulebook/versions").body
    assert (listed["in_force"], [each["published_by"] for each in listed["items"]]) == (
        2,
        ["API key web shop", "tests"],
    )
    text = api.get("/rulebook/versions/2/yaml").body["text"]
    assert text.startswith("rulebook: 1\nname: Next\n")
    # What was read can be proposed again; the same document is no new version.
    assert api.post("/rulebook/proposals", {"text": text}).body["version"] == 2
    assert api.get("/rulebook/versions/2").body["document"] == Rulebook.model_validate(rulebook()).document()
    assert api.get("/rulebook/versions/7/yaml").code == "rulebook_version_not_found"


def test_everything_that_is_wrong_is_said_with_its_line(api: Caller) -> None:
    text = "rulebook: 1\nname: Next\ncurrency: EUR\ntime_zone: Europe/Berlin\npoint_types:\n  - {id: points, nmae: P}\n"
    found = api.post("/rulebook/validate", {"text": text}).body
    assert found["valid"] is False
    assert {(each["line"], each["path"]) for each in found["findings"]} >= {(6, "point_types[0].nmae")}
    before = everything(api.shop)
    refused = api.post("/rulebook/proposals", {"text": text})
    assert (refused.status, refused.code) == (422, "rulebook_invalid")
    assert "line 6: " in refused.body["detail"]
    assert api.post("/rulebook/proposals", {"text": "a: [b"}).code == "rulebook_invalid"
    assert api.post("/rulebook/proposals", {"text": "a", "document": {}}).code == "rulebook_unclear"
    assert api.post("/rulebook/proposals", {}).code == "rulebook_unclear"
    assert api.post("/rulebook/proposals", {"document": rulebook() | {"currency": "USD"}}).code == (
        "rulebook_of_another_programme"
    )
    naive = {"document": rulebook(), "effective_from": "2030-01-01T00:00:00"}
    assert api.post("/rulebook/proposals", naive).status == 422
    assert api.post("/rulebook/proposals", {"document": rulebook()}, key="").code == "idempotency_key_missing"
    assert everything(api.shop) == before
    assert api.get("/rulebook/versions").body["in_force"] == 1


def test_what_makes_points_expire_at_once_waits_for_another_key(api: Caller) -> None:
    waiting = api.post("/rulebook/proposals", {"document": AT_ONCE, "note": "Spring cleaning"})
    assert (waiting.status, waiting.body["version"]) == (202, None)
    assert [(each["members_at_once"], each["points_at_once"]) for each in waiting.body["changes"]] == [(1, 40)]
    found = waiting.body["proposal"]
    assert (found["state"], found["based_on"], found["proposed_by"]) == ("waiting", 1, "API key web shop")
    assert api.get("/rulebook/versions").body["in_force"] == 1
    assert [each["id"] for each in api.get("/rulebook/proposals").body] == [found["id"]]
    address = f"/rulebook/proposals/{found['id']}"
    assert api.get(address).body == found

    second = Caller(api.shop, name="head office")
    bare = Caller(api.shop, ALL - {"rulebook:approve"}, name="till")
    before = everything(api.shop)
    own = api.post(f"{address}/approve")
    assert (own.status, own.code) == (403, "own_rulebook")
    # Another key of the same name is the same person.
    assert Caller(api.shop).post(f"{address}/approve").code == "own_rulebook"
    assert bare.post(f"{address}/approve").code == "scope_missing"
    assert second.post("/rulebook/proposals/2147483647/approve").code == "proposal_not_found"
    after = everything(api.shop)
    assert {table for table in after if after[table] != before[table]} <= {"access_api_key"}

    done = second.post(f"{address}/approve")
    assert (done.status, done.body["state"], done.body["version"]) == (200, "published", 2)
    assert done.body["decided_by"] == "API key head office"
    assert second.post(f"{address}/approve").body == done.body
    assert api.post(f"{address}/decline").code == "proposal_decided"
    assert api.get("/rulebook/proposals").body == []
    (published, *_) = acts_about(api.shop.conn, subject=programme_subject(api.shop.programme.id))
    assert (published.by, published.details["approved_by"]) == ("API key web shop", "API key head office")
    assert published.details["points_gone_at_once"] == {"points": 40}


def test_what_is_out_of_date_or_declined_is_not_published(api: Caller) -> None:
    second = Caller(api.shop, name="head office")
    waiting = [api.post("/rulebook/proposals", {"document": AT_ONCE}).body["proposal"]["id"] for _ in range(2)]
    assert api.post(f"/rulebook/proposals/{waiting[1]}/decline").body["state"] == "declined"
    assert api.post(f"/rulebook/proposals/{waiting[1]}/decline").body["state"] == "declined"
    assert second.post(f"/rulebook/proposals/{waiting[1]}/approve").code == "proposal_decided"

    assert api.post("/rulebook/proposals", {"document": rulebook("6 months")}).body["version"] == 2
    before = everything(api.shop)
    assert second.post(f"/rulebook/proposals/{waiting[0]}/approve").code == "rulebook_changed"
    stale = api.post("/rulebook/proposals", {"document": rulebook("3 months"), "based_on": 1})
    assert (stale.status, stale.code) == (409, "rulebook_changed")
    assert everything(api.shop) == before
    assert len(api.get("/rulebook/versions").body["items"]) == 2
