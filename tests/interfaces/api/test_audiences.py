"""Audiences over the API: made, counted, refreshed, filled, read page by page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
import yaml

from regulars.domain.audit.contracts import programme_subject
from regulars.domain.audit.queries import acts_about
from regulars.domain.programmes.queries import shelf
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


def _friends(api: Caller, *names: str) -> dict[str, str]:
    api.put("/audiences/friends", {"name": "Friends", "conditions": None})
    return {name: api.post("/members", {"external_id": name}).body["id"] for name in names}


def _listed(api: Caller) -> set[str]:
    return {each["member_id"] for each in api.get("/audiences/friends/members").body["items"]}


def test_a_whole_list_is_imported_looked_at_and_undone(api: Caller) -> None:
    ids = _friends(api, "C-1", "C-2", "C-3")
    first = {"named_by": "external_id", "values": ["C-1", "C-2", "C-2", "C-99"]}

    before = everything(api.shop) | {"access_answer": ""}
    dry = api.post("/audiences/friends/members/bulk", first | {"dry_run": True}).body
    assert everything(api.shop) | {"access_answer": ""} == before
    assert {key: dry[key] for key in ("joined", "found", "twice", "unknown", "run_id")} == {
        "joined": 2, "found": 2, "twice": 1, "unknown": 1, "run_id": None,
    }  # fmt: skip
    assert [(each["position"], each["problem"]["code"]) for each in dry["refused"]] == [(3, "member_not_found")]

    assert api.post("/audiences/friends/members/bulk", first).body["joined"] == 2
    second = {"mode": "replace", "named_by": "id", "values": [ids["C-3"]]}
    done = api.post("/audiences/friends/members/bulk", second).body
    assert (done["joined"], done["gone"], _listed(api)) == (1, 2, {ids["C-3"]})

    assert api.post(f"/audiences/friends/runs/{done['run_id']}/undo").body == {"joined": 2, "gone": 1, "members": 2}
    assert _listed(api) == {ids["C-1"], ids["C-2"]}
    again = api.post(f"/audiences/friends/runs/{done['run_id']}/undo")
    assert (again.status, again.code) == (409, "run_not_undoable")

    runs = api.get("/audiences/friends/runs?limit=2").body
    assert [(each["reason"], each["members"], each["can_be_undone"]) for each in runs["items"]] == [
        ("undo", 2, False), ("import", 1, False),
    ]  # fmt: skip
    assert runs["items"][0]["undoes"] == done["run_id"]
    rest = api.get(f"/audiences/friends/runs?cursor={runs['next']}").body["items"]
    assert [(each["members"], each["can_be_undone"]) for each in rest] == [(2, True)]


def test_who_joined_and_left_is_read_page_by_page(api: Caller) -> None:
    ids = _friends(api, "C-1", "C-2")
    for mode, values in (("add", ["C-1", "C-2"]), ("remove", ["C-1"])):
        body = {"mode": mode, "named_by": "external_id", "values": values}
        assert api.post("/audiences/friends/members/bulk", body).status == 200

    first = api.get("/audiences/friends/history?limit=1").body
    rest = api.get(f"/audiences/friends/history?cursor={first['next']}").body
    moves = [(each["member_id"], each["joined"], each["reason"]) for each in first["items"] + rest["items"]]
    assert moves[0] == (ids["C-1"], False, "import")
    assert set(moves[1:]) == {(ids["C-1"], True, "import"), (ids["C-2"], True, "import")}

    mine = api.get(f"/members/{ids['C-1']}/audiences").body
    assert (mine["current"], [each["joined"] for each in mine["history"]]) == ([], [False, True])
    (other,) = api.get(f"/members/{ids['C-2']}/audiences").body["current"]
    assert (other["audience"], other["name"]) == ("friends", "Friends")


def test_what_asks_for_an_audience(api: Caller) -> None:
    _friends(api)
    api.put("/audiences/others", {"name": "Others", "conditions": {"field": "member.audience.friends", "is": False}})
    document = shelf(api.shop.conn, programme_id=api.shop.programme.id).latest.rulebook.document()
    friends = {"field": "member.audience.friends", "is": True}
    document["campaigns"] = [{"id": "spring", "name": "In spring", "when": friends}]
    text = yaml.safe_dump(document)
    assert api.post("/rulebook/validate", {"text": text}).body["valid"]
    assert api.post("/rulebook/proposals", {"text": text}).status == 201

    assert [(each["kind"], each["id"]) for each in api.get("/audiences/friends/uses").body] == [
        ("campaign", "spring"), ("audience", "others"),
    ]  # fmt: skip
    archived = api.put("/audiences/friends", {"name": "Friends", "conditions": None, "archived": True})
    assert (archived.status, archived.code, archived.body["field"]) == (409, "audience_in_use", "archived")

    said = api.post("/rulebook/validate", {"text": text.replace("audience.friends", "audience.friend")}).body
    (found,) = (each for each in said["findings"] if each["severity"] == "error")
    assert (said["valid"], found["path"]) == (False, "campaigns[0].when.field")
    assert "audience.friend" in text.replace("audience.friends", "audience.friend").splitlines()[found["line"] - 1]


def test_whom_a_program_saw_is_in_the_audit_trail(api: Caller) -> None:
    ids = _friends(api, "C-1", "C-2")
    everybody = {"field": "member.days", "at_least": 0}
    body = {"named_by": "external_id", "values": ["C-1"]}
    api.post("/audiences/friends/members/bulk", body)
    api.get("/audiences/friends/members")
    api.get("/audiences/friends/history")
    api.post("/audience-previews", {"conditions": everybody})

    acts = acts_about(api.shop.conn, subject=programme_subject(api.shop.programme.id))
    seen = {each.action: each.details for each in acts if each.action.startswith("audience.")}
    assert seen["audience.members_listed"] == {"members": [ids["C-1"]], "audience": "friends"}
    assert set(seen["audience.sampled"]["members"]) == set(ids.values())
    assert [each.action for each in acts].count("audience.members_listed") == 2


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/audiences/nobodys/members/bulk", {"named_by": "id", "values": []}, 404, "audience_not_found"),
        ("/audiences/friends/members/bulk", {"named_by": "id", "values": ["x"]}, 422, "bad_id"),
        ("/audiences/friends/members/bulk", {"named_by": "name", "values": []}, 422, "not_a_choice"),
        (
            "/audiences/friends/members/bulk",
            {"mode": "replace", "named_by": "card", "values": ["1"]},
            422,
            "list_names_nobody",
        ),
        (f"/audiences/friends/runs/{UUID(int=5)}/undo", None, 404, "audience_run_not_found"),
    ],
)
def test_an_import_that_is_refused_changes_nothing(api: Caller, path: str, body: Any, status: int, code: str) -> None:
    _friends(api, "C-1")
    before = everything(api.shop)
    got = api.post(path, body)
    assert (got.status, got.code) == (status, code)
    assert everything(api.shop) == before
