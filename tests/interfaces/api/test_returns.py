"""Returns over the wire: the preview, the order with what came back, the lots, and every entry in words."""

from __future__ import annotations

import copy
from typing import Any
from uuid import uuid4

import pytest

from regulars.kernel.clock import utc_now
from tests.factories import Shop, open_shop
from tests.factories.shop import RULEBOOK
from tests.interfaces.api.caller import Caller, everything

LINES = [
    {"sku": "cup", "name": "Cup", "quantity": "2", "amount": "12.00"},
    {"sku": "plate", "name": "Plate", "amount": "8.00"},
]


def returned(number: str, **fields: Any) -> dict[str, Any]:
    """A return as a shop writes it."""
    return {
        "id": f"r-{uuid4().hex[:12]}",
        "type": "return",
        "source": "shop",
        "occurred_at": utc_now().isoformat(),
        "member": {"external_id": "C-1"},
        "return": {"order_number": number} | fields,
    }


@pytest.fixture
def member(api: Caller) -> str:
    """Bought for 600, then dishes for 20 of which 500 points paid 5."""
    made = str(api.post("/members", {"external_id": "C-1"}).body["id"])
    assert api.post("/events", api.order("600.00")).status == 201
    dishes = api.order("20.00")
    dishes["order"] |= {"number": "dishes", "lines": LINES, "points_used": {"points": 500, "amount": "5.00"}}
    assert api.post("/events", dishes).status == 201
    return made


def test_a_preview_answers_what_the_return_then_answers_and_writes_nothing(
    api: Caller, shop: Shop, member: str
) -> None:
    sent = returned("dishes", lines=[{"sku": "cup", "quantity": "1"}])
    before = everything(shop)
    seen = api.post("/orders/return-preview", sent)
    assert everything(shop) == before
    done = api.post("/events", sent)

    assert (seen.status, done.status) == (200, 201)
    assert seen.body["balances"] == done.body["balances"] == {"points": {"available": 260, "held": 0, "pending": 0}}
    assert seen.body["returned"]["left"] == done.body["returned"]["left"] == "14.00"
    effects = [(each["type"], each["points"], each.get("due")) for each in seen.body["effects"] if "points" in each]
    assert effects == [("revoke_points", 5, 5), ("restore_points", 150, None)]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"type": "visit", "return": None}, "not_a_return"),
        ({"return": {"order_number": "dishes", "amount": "20.01"}}, "more_returned_than_paid"),
        ({"return": {"order_number": "dishes", "lines": [{"line": 9}]}}, "line_not_in_order"),
        ({"member": {"external_id": "nobody"}}, "member_not_found"),
        ({"surprise": 1}, "bad_field"),
    ],
)
def test_a_preview_that_is_refused(api: Caller, shop: Shop, member: str, change: dict[str, Any], code: str) -> None:
    sent = {key: value for key, value in (returned("dishes") | change).items() if value is not None}
    before = everything(shop)
    assert api.post("/orders/return-preview", sent).code == code
    assert everything(shop) == before


def test_an_order_shows_what_came_back_and_what_is_left(api: Caller, member: str) -> None:
    api.post("/events", returned("dishes", lines=[{"sku": "cup", "quantity": "1"}]))
    order = api.get("/orders/dishes").body

    assert order["member_id"] == member
    assert (order["total"]["amount"], order["returned"]["amount"], order["left"]["amount"]) == (
        "20.00",
        "6.00",
        "14.00",
    )
    assert [(each["line"], each["quantity"], each["quantity_left"]) for each in order["lines"]] == [
        (1, "2", "1"),
        (2, "1", "1"),
    ]
    assert [(each["rule"], each["points"], each["revoked"]) for each in order["points"]] == [("base", 15, 5)]
    assert (order["points_used"], order["whole"], len(order["returns"])) == (500, False, 1)
    assert api.get("/orders/dishes", source="shop").body == order
    assert api.get("/orders/dishes", source="till").code == "order_not_found"
    assert api.get("/orders/unknown").code == "order_not_found"


def test_a_number_of_two_systems_asks_for_the_source(api: Caller, member: str) -> None:
    twin = api.order("1.00", source="till")
    twin["order"]["number"] = "dishes"
    assert api.post("/events", twin).status == 201
    assert api.get("/orders/dishes").code == "order_ambiguous"
    assert api.get("/orders/dishes", source="till").body["total"]["amount"] == "1.00"


def test_an_order_of_another_programme_is_not_known(api: Caller, member: str) -> None:
    assert Caller(open_shop(api.shop.conn)).get("/orders/dishes").code == "order_not_found"


def test_lots_say_what_will_be_spent_next_and_why_they_are_there(api: Caller, member: str) -> None:
    first = api.get(f"/members/{member}/lots", limit=1).body
    second = api.get(f"/members/{member}/lots", limit=1, cursor=first["next"]).body

    (old,), (young,) = first["items"], second["items"]
    assert [(each["state"], each["amount"], each["remaining"], each["rule"]) for each in (old, young)] == [
        ("open", 600, 100, "1 point per euro"),
        ("open", 15, 15, "1 point per euro"),
    ]
    assert (old["rulebook_version"], old["cause"]["kind"], second["next"]) == (1, "event", None)
    assert api.get(f"/members/{member}/lots", point_type="stars").code == "unknown_point_type"


def test_entries_of_returns_are_told_in_words_with_their_lots(api: Caller, member: str) -> None:
    api.post("/events", returned("dishes", lines=[{"sku": "cup", "quantity": "1"}]))
    rows = api.get(f"/members/{member}/entries", limit=4).body["items"]

    assert [(each["movement"], each["points"], each["reason"]) for each in rows] == [
        ("returned", 150, "Order dishes came back: Points that paid for it are there again"),
        ("revoked", -5, "Order dishes came back: Points taken back: “1 point per euro”"),
        ("earned", 15, "1 point per euro, order dishes"),
        ("spent", -500, "Order dishes: Paid with points"),
    ]
    back, revoked, _, paid = (api.get(f"/entries/{each['id']}/why").body for each in rows)
    assert "counts 5 points less now, and they were taken back. 14.00 EUR are left of the order." in revoked["why"]
    assert "500 points paid for 5.00 EUR of the 20.00 EUR of order dishes." in paid["why"]
    assert [each["points"] for each in paid["lots"]] == [500]
    assert [each["points"] for each in back["lots"]] == [-150]
    assert back["lots"][0]["lot_id"] == paid["lots"][0]["lot_id"]


def test_pending_points_are_shown_where_balances_lots_and_entries_are(api: Caller, shop: Shop) -> None:
    document = copy.deepcopy(RULEBOOK)
    document["point_types"][0]["pending"] = {"mode": "on_event", "event": "order_delivered"}
    shop.publish(document)
    made = api.post("/members", {"external_id": "C-1"}).body["id"]
    bought = api.order("50.00")
    api.post("/events", bought)

    (balance,) = api.get(f"/members/{made}/balances").body["balances"]
    assert (balance["available"], balance["pending"]) == (0, 50)
    (lot,) = api.get(f"/members/{made}/lots").body["items"]
    assert (lot["state"], lot["remaining"], lot["waits_for"]) == ("pending", 50, "order_delivered")
    (entry,) = api.get(f"/members/{made}/entries").body["items"]
    assert (entry["movement"], entry["points"], entry["amount"]) == ("pending", 0, 50)
    assert "On their way: wait for “order delivered”" in entry["reason"]

    delivered = api.order() | {"type": "order_delivered", "data": {"order_number": bought["order"]["number"]}}
    del delivered["order"]
    assert api.post("/events", delivered).status == 201
    entry = api.get(f"/members/{made}/entries").body["items"][0]
    assert (entry["movement"], entry["points"]) == ("activated", 50)
    why = api.get(f"/entries/{entry['id']}/why").body["why"]
    assert "by “1 point per euro” and waited for “order delivered”, which came on" in why
