"""Merging members over the API."""

from __future__ import annotations

from uuid import uuid4

from tests.interfaces.api.caller import Caller, everything


def test_a_duplicate_is_merged_and_taken_out_again(api: Caller) -> None:
    kept, twin = (api.post("/members", {"external_id": each}).body["id"] for each in ("C-1", "C-2"))
    wish = {"duplicate": {"external_id": "C-2"}}
    event = api.order("45.90")
    event["member"] = {"external_id": "C-2"}
    assert api.post("/events", event).status == 201
    before = everything(api.shop)

    plan = api.post(f"/members/{kept}/merges/preview", wish)

    after = everything(api.shop)
    assert {table for table in after if after[table] != before[table]} == {"access_answer"}
    assert plan.body["after"]["points"] == [{"point_type": "points", "available": 45, "pending": 0}]
    assert (plan.body["after"]["orders"], plan.body["identities"]) == (1, 2)
    done = api.post(f"/members/{kept}/merges", wish | {"note": "Confirmed by phone"})
    assert (done.status, done.body["duplicate_id"], done.body["note"]) == (201, twin, "Confirmed by phone")
    assert {key: done.body[key] for key in plan.body} == plan.body
    shown = api.get(f"/members/{twin}").body
    assert (shown["status"], shown["merged_into"]) == ("merged", kept)
    assert api.get(f"/members/{kept}").body["external_ids"] == ["C-1", "C-2"]
    assert "order" in [each["type"] for each in api.get(f"/members/{kept}/events").body["items"]]
    merge = api.get(f"/members/{kept}/merges").body["items"][0]
    assert merge == api.get(f"/members/{twin}/merges/{merge['id']}").body

    undone = api.post(f"/members/{kept}/merges/{merge['id']}/undo")

    assert (undone.status, undone.body["returned"]) == (200, [{"point_type": "points", "points": 45}])
    assert undone.body["undone_by"] == api.key.by
    assert api.get(f"/members/{twin}").body["merged_into"] is None
    again = api.post(f"/members/{kept}/merges/{merge['id']}/undo")
    assert (again.status, again.code) == (409, "merge_undone")


def test_what_cannot_be_changes_nothing(api: Caller) -> None:
    kept = api.post("/members", {"external_id": "C-1"}).body["id"]
    before = everything(api.shop)
    for path, body, code in (
        (f"/members/{kept}/merges", {"duplicate": {"external_id": "C-1"}}, "merge_with_itself"),
        (f"/members/{kept}/merges", {"duplicate": {"external_id": "C-9"}}, "member_not_found"),
        (f"/members/{uuid4()}/merges", {"duplicate": {"external_id": "C-1"}}, "member_not_found"),
        (f"/members/{kept}/merges/{uuid4()}/undo", {}, "merge_not_found"),
    ):
        assert api.post(path, body).code == code
    assert everything(api.shop) == before
