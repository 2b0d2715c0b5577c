"""Likely duplicates over the API."""

from __future__ import annotations

from uuid import uuid4

from tests.interfaces.api.caller import Caller, everything


def test_a_pair_is_listed_with_its_reasons_until_it_is_told_apart(api: Caller) -> None:
    first, second = (
        api.post("/members", {"name": "Ada Byron", "email": email, "birth_date": "1990-05-01"}).body["id"]
        for email in ("ada.byron@gmail.com", "adabyron+shop@gmail.com")
    )

    (pair,) = api.get("/duplicates").body["items"]

    assert (pair["first"]["id"], pair["second"]["id"], pair["strength"]) == (first, second, "very_likely")
    assert [each["text"] for each in pair["reasons"]] == [
        "The e-mail address ada.byron@gmail.com and the e-mail address adabyron+shop@gmail.com are the same.",
        "Both are called Ada Byron, and have the same birthday.",
    ]
    wish = {"member": {"id": second}, "other": {"id": first}, "note": "Two sisters"}
    assert api.post("/duplicates/distinctions", wish).body == {"news": True}
    assert api.get("/duplicates").body["items"] == []
    (told,) = api.get("/duplicates/distinctions").body["items"]
    assert (told["note"], told["by"], {told["first_id"], told["second_id"]}) == (
        "Two sisters", api.key.by, {first, second},
    )  # fmt: skip
    assert api.post(f"/duplicates/distinctions/{told['id']}/undo").body["undone_at"] is not None
    assert len(api.get("/duplicates").body["items"]) == 1
    assert api.post(f"/duplicates/distinctions/{told['id']}/undo").code == "distinction_undone"


def test_pages_go_on_where_the_last_one_ended(api: Caller) -> None:
    for number in range(3):
        for form in ("C-5000{}", "c5000{}"):
            api.post("/members", {"external_id": form.format(number)})
    page = api.get("/duplicates?limit=1").body
    seen = page["items"]
    while page["next"]:
        page = api.get(f"/duplicates?limit=1&cursor={page['next']}").body
        seen += page["items"]
    assert len({each["first"]["id"] for each in seen}) == len(seen) == 3
    assert api.get("/duplicates?cursor=WzFd").code == "bad_cursor"


def test_what_cannot_be_told_apart_changes_nothing(api: Caller) -> None:
    api.post("/members", {"external_id": "C-1"})
    before = everything(api.shop)
    one, nobody = {"external_id": "C-1"}, {"external_id": "C-9"}
    assert api.post("/duplicates/distinctions", {"member": one, "other": one}).code == "merge_with_itself"
    assert api.post("/duplicates/distinctions", {"member": one, "other": nobody}).code == "member_not_found"
    assert api.post(f"/duplicates/distinctions/{uuid4()}/undo").code == "distinction_not_found"
    assert everything(api.shop) == before
