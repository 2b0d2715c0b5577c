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


def test_lists_of_the_member_hold_what_the_duplicate_did(api: Caller) -> None:
    kept, twin = (api.post("/members", {"external_id": each}).body["id"] for each in ("C-1", "C-2"))
    for who, total in (("C-1", "10.00"), ("C-2", "250.00")):
        event = api.order(total)
        event["member"] = {"external_id": who}
        assert api.post("/events", event).status == 201
    alone = [api.get(f"/members/{each}/entries").body["items"] for each in (kept, twin)]
    merge = api.post(f"/members/{kept}/merges", {"duplicate": {"external_id": "C-2"}}).body["id"]

    page = api.get(f"/members/{kept}/entries?limit=1").body
    found = page["items"]
    while page["next"]:
        page = api.get(f"/members/{kept}/entries?limit=1&cursor={page['next']}").body
        found += page["items"]

    own, others = ([each for each in found if each["member_id"] == member] for member in (kept, twin))
    assert (len(own), len(others)) == (2, 2)
    assert [each["number"] for each in others] == [2, 1]
    assert all(each["reason"].endswith("(from the merged account of a duplicate)") for each in others)
    assert not any("merged account" in each["reason"] for each in own)
    lots = api.get(f"/members/{kept}/lots").body["items"]
    assert {(each["remaining"], each["granted_to"], each["rule"]) for each in lots} == {
        (10, kept, "1 point per euro"), (250, twin, "1 point per euro"),
    }  # fmt: skip
    steps = api.get(f"/members/{kept}/tiers").body["changes"]
    assert {(each["member_id"], each["to_tier"]) for each in steps} == {(kept, "silver"), (twin, "silver")}
    why = api.get(f"/entries/{others[-1]['id']}/why").body
    assert [each["rule"] for each in why["rules"] if each["fired"]] == ["base"]

    api.post(f"/members/{kept}/merges/{merge}/undo")
    after = [api.get(f"/members/{each}/entries").body["items"] for each in (kept, twin)]
    assert [mine[-1:] for mine in after] == alone
    assert {each["member_id"] for each in after[0]} == {kept}


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
