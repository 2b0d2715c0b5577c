"""Points set aside by the API: held, settled in part, let go, listed, and seen in the statement."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.factories import Shop
from tests.interfaces.api.caller import ALL, Caller, everything

pytestmark = [pytest.mark.database, pytest.mark.capability("D3")]


@pytest.fixture
def member(shop: Shop) -> UUID:
    made = shop.enrol()
    shop.buy(made, "500.00")
    return made


def test_held_and_settled_in_part(api: Caller, member: UUID) -> None:
    held = api.post(f"/members/{member}/holds", {"points": 400, "purpose": "Order 4711", "minutes": 5_000_000_000})
    assert (held.status, held.code) == (422, "bad_value")
    held = api.post(f"/members/{member}/holds", {"points": 400, "purpose": "Order 4711", "minutes": 52_560})
    assert held.status == 422
    held = api.post(f"/members/{member}/holds", {"points": 400, "purpose": "Order 4711", "minutes": 43_200})
    assert held.status == 201
    shown = {key: held.body[key] for key in ("points", "settled", "released", "state", "purpose", "available")}
    assert shown == {
        "points": 400, "settled": 0, "released": 0, "state": "open", "purpose": "Order 4711", "available": 100,
    }  # fmt: skip
    address = f"/members/{member}/holds/{held.body['id']}"
    assert api.get(address).body == held.body

    assert api.post(f"{address}/settle", {"points": 401}).code == "bad_settlement"
    done = api.post(f"{address}/settle", {"points": 150})
    assert (done.body["state"], done.body["settled"], done.body["released"]) == ("settled", 150, 250)
    assert done.body["available"] == 350
    assert api.post(f"{address}/settle", {"points": 150}).body == done.body
    assert api.post(f"{address}/release").code == "hold_not_open"

    entries = api.get(f"/members/{member}/entries").body["items"]
    assert [(each["movement"], each["points"], each["reason"]) for each in entries[:3]] == [
        ("released", 250, "Set aside, and not needed: For “Order 4711”"),
        ("spent", 0, "Spent of what was set aside: For “Order 4711”"),
        ("held", -400, "Set aside: For “Order 4711”"),
    ]


def test_what_is_let_go_is_listed_no_longer_as_open(api: Caller, member: UUID) -> None:
    first, second = (api.post(f"/members/{member}/holds", {"points": each}).body for each in (10, 20))
    released = api.post(f"/members/{member}/holds/{first['id']}/release").body
    assert (released["state"], released["released"]) == ("released", 10)

    found = api.get(f"/members/{member}/holds", open="true").body["items"]
    assert [each["id"] for each in found] == [second["id"]]
    page = api.get(f"/members/{member}/holds", limit=1).body
    assert [each["id"] for each in page["items"]] == [second["id"]]
    rest = api.get(f"/members/{member}/holds", limit=1, cursor=page["next"]).body
    assert ([each["id"] for each in rest["items"]], rest["next"]) == ([first["id"]], None)


def test_what_is_refused_changes_nothing(api: Caller, shop: Shop, member: UUID) -> None:
    held = api.post(f"/members/{member}/holds", {"points": 10}).body
    reader = Caller(shop, ALL - {"redemptions:write"})
    before = everything(shop)
    address = f"/members/{member}/holds"
    assert api.post(address, {"points": 491}).code == "not_enough_points"
    assert api.post(address, {"points": 10}, key="").code == "idempotency_key_missing"
    assert api.post(address, {"points": 10, "point_type": "miles"}).code == "unknown_point_type"
    assert api.post(f"/members/{uuid4()}/holds", {"points": 10}).code == "member_not_found"
    for verb in ("settle", "release"):
        assert api.post(f"{address}/{uuid4()}/{verb}").code == "hold_not_found"
        assert api.post(f"/members/{uuid4()}/holds/{held['id']}/{verb}").code == "member_not_found"
    assert reader.post(address, {"points": 10}).code == "scope_missing"
    assert everything(shop) == before


def _order(member: UUID, hold: str, points: int) -> dict[str, Any]:
    paid = {"points": points, "amount": "3.00", "hold": hold}
    order = {"number": f"R-{hold}", "currency": "EUR", "total": "5.00", "points_used": paid}
    return {
        "id": f"e-{hold}-{points}", "type": "order", "source": "till", "member": {"id": str(member)},
        "occurred_at": "2026-03-02T12:00:00Z", "order": order,
    }  # fmt: skip


def test_an_order_names_the_hold_that_pays(api: Caller, member: UUID) -> None:
    held = api.post(f"/members/{member}/holds", {"points": 400, "purpose": "Basket"}).body
    address = f"/members/{member}/holds/{held['id']}"
    before = everything(api.shop)
    wrong = api.post("/events", _order(member, held["id"], 401))
    assert (wrong.code, wrong.body["field"]) == ("bad_settlement", "order.points_used.points")
    nobodys = api.post("/events", _order(member, str(uuid4()), 10))
    assert (nobodys.status, nobodys.code) == (404, "hold_not_found")
    assert everything(api.shop) == before

    order = _order(member, held["id"], 300)
    bought = api.post("/events", order)

    assert bought.status == 201
    paid = bought.body["effects"][0]
    assert (paid["type"], paid["points"], paid["hold"]) == ("pay_with_points", 300, held["id"])
    shown = api.get(address).body
    assert (shown["state"], shown["settled"], shown["released"]) == ("settled", 300, 100)
    assert shown["order_event"] == bought.body["event"]
    assert api.post("/events", order).body == bought.body
    assert api.post("/events", order | {"id": "other", "order": order["order"] | {"number": "R-2"}}).code == (
        "hold_not_open"
    )  # fmt: skip
    assert api.post(f"{address}/give-back", {"reason": "x"}).code == "hold_paid_for_order"
    entries = api.get(f"/members/{member}/entries").body["items"]
    assert [(each["movement"], each["points"], each["reason"]) for each in entries[1:3]] == [
        ("released", 100, "Set aside, and not needed: For “Basket”"),
        ("spent", 0, f"Order R-{held['id']}: Paid with points"),
    ]


def test_what_was_settled_without_an_order_is_given_back(api: Caller, shop: Shop, member: UUID) -> None:
    held = api.post(f"/members/{member}/holds", {"points": 400, "purpose": "Basket"}).body
    address = f"/members/{member}/holds/{held['id']}"
    assert api.post(f"{address}/give-back", {"reason": "By mistake"}).code == "hold_not_settled"
    api.post(f"{address}/settle", {"points": 300})
    reader = Caller(shop, ALL - {"redemptions:write"})
    before = everything(shop)
    assert api.post(f"{address}/give-back", {"reason": " "}).code == "hold_without_reason"
    assert api.post(f"{address}/give-back", {"reason": ""}).code == "bad_value"
    assert api.post(f"{address}/give-back", {}).status == 422
    assert api.post(f"/members/{uuid4()}/holds/{held['id']}/give-back", {"reason": "x"}).code == "member_not_found"
    assert reader.post(f"{address}/give-back", {"reason": "x"}).code == "scope_missing"
    assert everything(shop) == before

    done = api.post(f"{address}/give-back", {"reason": "The till had counted it twice"})

    shown = {key: done.body[key] for key in ("state", "settled", "released", "given_back_for", "available")}
    assert shown == {
        "state": "given_back", "settled": 300, "released": 100, "given_back_for": "The till had counted it twice",
        "available": 500,
    }  # fmt: skip
    again = api.post(f"{address}/give-back", {"reason": "Another reason"})
    assert again.body == done.body
    (entry, *_) = api.get(f"/members/{member}/entries").body["items"]
    assert (entry["points"], entry["reason"]) == (300, "Given back: For “Basket”")
