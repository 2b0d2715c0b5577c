"""Adjustments through the API: at once or after a second person, undone, reversed, and never approved by who asked."""

from __future__ import annotations

from uuid import UUID

import pytest

from regulars.flows.adjust_points import adjust_points
from regulars.kernel.clock import utc_now
from tests.factories import RULEBOOK, Shop
from tests.interfaces.api.caller import Caller, everything

pytestmark = pytest.mark.capability("E4")


@pytest.fixture
def member(shop: Shop) -> str:
    """A member of a programme in which one key moves 300 points a day, and more than 100 at once need two."""
    shop.publish(RULEBOOK | {"adjustments": {"daily_limit": 300, "approval_above": 100}})
    return str(shop.enrol("C-1"))


def wish(points: int, **fields: object) -> dict[str, object]:
    return {"member": {"external_id": "C-1"}, "points": points, "reason": "goodwill"} | fields


def proposed(shop: Shop, member: str, points: int = 150, by: str = "ada@example.org") -> str:
    found = adjust_points(
        shop.conn, programme_id=shop.programme.id, member_id=UUID(member), points=points, reason="other",
        now=utc_now(), by=by,
    )  # fmt: skip
    return str(found.id)


def test_what_one_key_may_do_is_done_at_once(api: Caller, member: str) -> None:
    done = api.post("/adjustments", wish(100, note="ticket 7", message="Sorry!"))

    assert done.status == 201
    assert (done.body["state"], done.body["by"], done.body["available"]) == ("posted", "key:web shop", 100)
    # Stored answers are kept for ever, so texts about a person stay out of them.
    assert b"ticket 7" not in done.raw
    assert b"Sorry!" not in done.raw
    told = api.get(f"/adjustments/{done.body['id']}").body
    assert (told["note"], told["message"], told["entry_id"]) == ("ticket 7", "Sorry!", done.body["entry_id"])


def test_the_limit_of_a_key_is_by_its_name(api: Caller, member: str) -> None:
    for _ in range(3):
        assert api.post("/adjustments", wish(100)).status == 201
    other = Caller(api.shop)
    before = everything(api.shop)

    for caller in (api, other):
        got = caller.post("/adjustments", wish(-1))
        assert (got.status, got.code, got.body["field"]) == (422, "daily_limit_reached", "points")
    assert everything(api.shop) == before


def test_above_the_threshold_it_waits_and_no_key_approves_its_own(api: Caller, member: str) -> None:
    asked = api.post("/adjustments", wish(101))
    assert (asked.status, asked.body["state"], asked.body["entry_id"]) == (202, "waiting", None)
    assert [each["id"] for each in api.get("/adjustments").body["items"]] == [asked.body["id"]]
    before = everything(api.shop)

    got = api.post(f"/adjustments/{asked.body['id']}/approve")

    assert (got.status, got.code) == (403, "own_adjustment")
    assert everything(api.shop) == before


def test_a_key_approves_and_declines_what_a_person_asked(api: Caller, member: str, shop: Shop) -> None:
    first, second = proposed(shop, member), proposed(shop, member)

    approved = api.post(f"/adjustments/{first}/approve")
    declined = api.post(f"/adjustments/{second}/decline", {"reason": "settled before"})

    assert (approved.status, approved.body["state"], approved.body["decided_by"]) == (200, "posted", "key:web shop")
    assert (declined.status, declined.body["state"]) == (200, "declined")
    assert api.get(f"/adjustments/{second}").body["decision"] == "settled before"
    assert shop.points(UUID(member)) == 150
    assert api.get("/adjustments").body["items"] == []
    before = everything(shop)
    assert api.post(f"/adjustments/{second}/approve").code == "adjustment_decided"
    assert api.post(f"/adjustments/{first}/decline", {"reason": "x"}).code == "adjustment_decided"
    assert everything(shop) == before


def test_waiting_lists_come_in_pages(api: Caller, member: str, shop: Shop) -> None:
    asked = [proposed(shop, member, 101 + number) for number in range(3)]

    first = api.get("/adjustments", limit=2).body
    rest = api.get("/adjustments", limit=2, cursor=first["next"]).body

    assert [each["id"] for each in first["items"] + rest["items"]] == asked
    assert rest["next"] is None


def test_undo_and_reverse(api: Caller, member: str) -> None:
    first, second = (api.post("/adjustments", wish(100)).body["id"] for _ in range(2))

    undone = api.post(f"/adjustments/{first}/undo")
    reversed_ = api.post(f"/adjustments/{second}/reverse")

    assert (undone.status, undone.body["state"], undone.body["available"]) == (200, "undone", 100)
    assert (reversed_.body["state"], reversed_.body["reversed_points"], reversed_.body["available"]) == (
        "reversed", 100, 0,
    )  # fmt: skip
    entries = api.get(f"/members/{member}/entries").body["items"]
    assert [(each["movement"], each["points"], each["reason"]) for each in entries] == [
        ("reversed", -100, "Goodwill, taken back"),
        ("reversed", -100, "Goodwill, taken back"),
        ("given", 100, "Goodwill"),
        ("given", 100, "Goodwill"),
    ]
    assert [each["state"] for each in api.get(f"/members/{member}/adjustments").body["items"]] == ["reversed", "undone"]


def test_what_somebody_else_did_is_reversed_and_not_undone(api: Caller, member: str, shop: Shop) -> None:
    theirs = proposed(shop, member, 50)
    before = everything(shop)
    got = api.post(f"/adjustments/{theirs}/undo")
    assert (got.status, got.code) == (403, "not_yours_to_undo")
    assert everything(shop) == before
    assert api.post(f"/adjustments/{theirs}/reverse").body["state"] == "reversed"


@pytest.mark.parametrize("verb", ["approve", "undo", "reverse"])
def test_an_unknown_adjustment_is_not_found(api: Caller, member: str, verb: str) -> None:
    before = everything(api.shop)
    assert api.post(f"/adjustments/{UUID(int=7)}/{verb}").code == "adjustment_not_found"
    assert api.get(f"/adjustments/{UUID(int=7)}").status == 404
    assert everything(api.shop) == before
