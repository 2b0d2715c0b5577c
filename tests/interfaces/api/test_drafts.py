"""Drafts by the API: from opening one to going back again."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml

from regulars.database.pool import Connection
from tests.factories import RULEBOOK, open_shop
from tests.interfaces.api.caller import ALL, Caller, everything

pytestmark = [pytest.mark.database, pytest.mark.capability("K2")]


@pytest.fixture
def api(conn: Connection) -> Caller:
    return Caller(open_shop(conn, now=datetime.now(UTC)))


def text(**fields: Any) -> str:
    return yaml.safe_dump(copy.deepcopy(RULEBOOK) | fields, sort_keys=False)


def opened(api: Caller, **fields: Any) -> dict[str, Any]:
    got = api.post("/rulebook/drafts", {"name": "Spring", **fields})
    assert got.status == 201
    return dict(got.body)


def put(api: Caller, number: int, body: dict[str, Any], *, match: str | None) -> Any:
    headers = {} if match is None else {"If-Match": match}
    return api.call("PUT", f"/rulebook/drafts/{number}", content=json.dumps(body).encode(), headers=headers)


def test_a_draft_is_written_looked_at_and_published(api: Caller) -> None:
    found = opened(api)
    place = f"/rulebook/drafts/{found['id']}"
    assert (found["state"], found["revision"], found["based_on"]) == ("open", 1, 1)
    assert [each["id"] for each in api.get("/rulebook/drafts").body] == [found["id"]]
    got = api.get(place)
    assert got.headers["ETag"] == '"1"'
    assert (got.body["differences"], got.body["findings"]) == ([], [])
    assert got.body["keeps"].startswith("The draft changes nothing.")

    saved = put(api, found["id"], {"text": text(name="Spring Shop"), "note": "A new name"}, match='"1"')
    assert (saved.status, saved.headers["ETag"], saved.body["revision"]) == (200, '"2"', 2)
    whole = api.get(place).body
    assert [each["words"] for each in whole["differences"]] == ["“Corner Shop” is now called “Spring Shop”"]
    assert (whole["keeps"], whole["needs_second_person"], whole["behind"]) == (None, False, 0)
    assert [(each["kind"], each["by"]) for each in whole["history"]] == [
        ("opened", "API key web shop"),
        ("saved", "API key web shop"),
    ]
    done = api.post(f"{place}/publish", {"note": "For spring"})
    assert (done.status, done.body["state"], done.body["version"]) == (200, "published", 2)
    assert api.get("/rulebook").body["name"] == "Spring Shop"
    assert api.get("/rulebook/versions").body["items"][0]["note"] == "For spring"
    assert api.get("/rulebook/drafts").body == []


def test_two_writers_are_told_of_each_other(api: Caller) -> None:
    number = opened(api)["id"]
    rules = copy.deepcopy(RULEBOOK["earn_rules"])
    rules[0]["earn"]["points"] = 2
    put(api, number, {"text": text(earn_rules=rules)}, match='"1"')
    before = everything(api.shop)
    second = put(api, number, {"text": text(name="Mine")}, match='"1"')
    assert (second.status, second.code) == (409, "draft_changed")
    assert "the rate rises from 1 to 2 points" in second.body["detail"]
    assert put(api, number, {"text": text(name="Mine")}, match=None).status == 400
    assert put(api, number, {"text": text(name="Mine")}, match="*").code == "revision_missing"
    assert put(api, number, {"text": text(name="Mine")}, match='"7"').code == "revision_unknown"
    assert everything(api.shop) == before
    joined = put(api, number, {"text": text(name="Mine"), "merge": True, "revision": 9}, match='"1"')
    assert joined.body["revision"] == 3
    assert len(api.get(f"/rulebook/drafts/{number}").body["differences"]) == 2
    third = put(api, number, {"text": text(name="Other"), "merge": True}, match='"1"')
    assert third.code == "draft_conflict"


def test_submit_approve_and_schedule(api: Caller) -> None:
    number = opened(api, text=text(name="Spring Shop"))["id"]
    place = f"/rulebook/drafts/{number}"
    second = Caller(api.shop, name="head office")
    assert api.post(f"{place}/approve").code == "draft_state"
    assert api.post(f"{place}/submit", {"note": "Please look"}).body["state"] == "submitted"
    assert put(api, number, {"text": text()}, match='"1"').code == "draft_submitted"
    bare = Caller(api.shop, ALL - {"rulebook:approve"}, name="till")
    before = everything(api.shop)
    assert api.post(f"{place}/approve").code == "own_draft"
    assert bare.post(f"{place}/approve").code == "scope_missing"
    assert api.post("/rulebook/drafts/999999/submit", {}).code == "draft_not_found"
    after = everything(api.shop)
    assert {table for table in after if after[table] != before[table]} <= {"access_api_key"}
    assert second.post(f"{place}/decline", {"note": "Not yet"}).body["note"] == "Not yet"
    api.post(f"{place}/submit", {})
    assert api.post(f"{place}/withdraw").body["state"] == "open"
    api.post(f"{place}/submit", {})
    assert second.post(f"{place}/approve").body["approved_by"] == "API key head office"
    past = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    later = (datetime.now(UTC) + timedelta(days=9)).isoformat()
    assert api.post(f"{place}/schedule", {"at": past}).code == "schedule_in_the_past"
    assert api.post(f"{place}/schedule", {"at": later}).body["state"] == "scheduled"
    assert api.post(f"{place}/publish", {}).code == "draft_state"
    assert api.post(f"{place}/discard").code == "draft_scheduled"
    assert api.post(f"{place}/unschedule").body["state"] == "approved"
    assert api.post(f"{place}/discard").body["state"] == "discarded"


def test_a_draft_comes_up_to_date(api: Caller) -> None:
    number = opened(api, text=text(name="Spring Shop"))["id"]
    rules = copy.deepcopy(RULEBOOK["earn_rules"])
    rules[0]["earn"]["points"] = 2
    api.post("/rulebook/proposals", {"document": copy.deepcopy(RULEBOOK) | {"earn_rules": rules}})
    whole = api.get(f"/rulebook/drafts/{number}").body
    assert whole["behind"] == 1
    assert "the rate rises from 1 to 2 points" in whole["keeps"]
    assert api.post(f"/rulebook/drafts/{number}/publish", {}).code == "draft_out_of_date"
    assert api.post(f"/rulebook/drafts/{number}/renew").body["based_on"] == 2
    assert api.get(f"/rulebook/drafts/{number}").body["keeps"] is None


def test_what_no_event_reaches_is_found(api: Caller) -> None:
    rules = copy.deepcopy(RULEBOOK["earn_rules"])[:1]
    rules[0] |= {"on": "quiz.solved", "valid_until": "2020-01-01T00:00:00Z"}
    rules[0]["earn"] = {"strategy": "fixed_bonus", "points": 5}
    found = opened(api, text=text(earn_rules=rules, paused={"rules": ["bsae"]}))
    whole = api.get(f"/rulebook/drafts/{found['id']}").body
    told = [(each["path"], each["severity"]) for each in whole["findings"]]
    assert ("earn_rules", "warning") in told
    assert ("earn_rules[0].valid_until", "warning") in told
    assert ("earn_rules[0].on", "warning") in told
    assert ("paused.rules[0]", "warning") in told
    half = opened(api, text="rulebook: 1\nname: Half\n")
    whole = api.get(f"/rulebook/drafts/{half['id']}").body
    assert any(each["severity"] == "error" for each in whole["findings"])
    assert whole["keeps"].startswith("The rulebook is not valid.")
    unread = opened(api, text="a: [b")
    whole = api.get(f"/rulebook/drafts/{unread['id']}").body
    assert (len(whole["findings"]), whole["differences"]) == (1, [])


def test_back_pause_export_and_import(api: Caller) -> None:
    now = datetime.now(UTC).isoformat()
    api.post("/rulebook/proposals", {"document": copy.deepcopy(RULEBOOK) | {"name": "Second"}, "effective_from": now})
    way = api.get("/rulebook/versions/1/roll-back").body
    assert [each["words"] for each in way["differences"]] == ["“Second” is now called “Corner Shop”"]
    assert (way["called_off"], way["remarks"], way["needs_second_person"]) == ([], [], False)
    assert api.post("/rulebook/versions/1/roll-back", {}, key="").code == "idempotency_key_missing"
    assert api.post("/rulebook/versions/1/roll-back", {"latest": 1}).code == "rulebook_changed"
    done = api.post("/rulebook/versions/1/roll-back", {"note": "The sale is over", "latest": 2})
    assert (done.status, done.body) == (201, {"version": 3, "draft": None})
    assert api.post("/rulebook/versions/1/roll-back", {}).code == "version_in_force"

    rest = {"rules": ["base"], "reason": "A wrong rate"}
    assert api.post("/rulebook/pause", rest).body == {"version": 4}
    assert "paused at present" in str(api.get("/rulebook").body["words"])
    assert api.post("/rulebook/pause", {"reason": "x"}).code == "field_missing"
    assert api.post("/rulebook/pause", {"rules": ["x"], "reason": "x"}).code == "pause_unknown"
    assert api.post("/rulebook/resume", rest).body == {"version": 5}

    file = api.get("/rulebook/versions/2/export").body["text"]
    assert file.startswith(f"programme: {api.shop.programme.code}\nversion: 2\nrulebook: 1\n")
    made = api.post("/rulebook/imports", {"name": "Again", "text": file})
    assert (made.status, made.body["based_on"]) == (201, 2)
    foreign = file.replace(api.shop.programme.code, "elsewhere", 1)
    assert api.post("/rulebook/imports", {"name": "x", "text": foreign}).code == "file_of_another_programme"
    assert api.post("/rulebook/imports", {"name": "x", "text": foreign, "adopt": True}).status == 201
