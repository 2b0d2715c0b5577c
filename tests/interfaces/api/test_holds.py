"""Points set aside by the API: held, settled in part, let go, listed, and seen in the statement."""

from __future__ import annotations

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
