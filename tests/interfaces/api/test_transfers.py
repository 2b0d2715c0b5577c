"""Points between members by the API: quoted, sent, listed on both sides, taken back, explained."""

from __future__ import annotations

import pytest

from regulars.database.pool import Connection
from tests.factories import RULEBOOK, Shop, open_shop
from tests.interfaces.api.caller import Caller, everything


@pytest.fixture
def shop(conn: Connection) -> Shop:
    terms = {"allowed": True, "most": 80, "fee": 2, "cancel_within": "100 years"}
    return open_shop(conn, RULEBOOK | {"transfers": terms})


def test_sent_and_taken_back(api: Caller, shop: Shop) -> None:
    ada, ben = shop.enrol("ada"), shop.enrol("ben", email="ben@example.com")
    shop.buy(ada, "100.00")
    wish = {"sender": {"external_id": "ada"}, "receiver": {"email": "Ben@Example.com"}, "points": 70}

    before = everything(shop)
    quote = api.post("/transfers/quote", wish)
    assert (quote.status, quote.body["fee"], quote.body["available"]) == (200, 2, 28)
    assert quote.body["arrives"] == [{"points": 70, "last_day": "2027-03-31"}]
    assert everything(shop) == before

    sent = api.post("/transfers", wish | {"message": "For lunch"})
    assert sent.status == 201
    shown = {key: sent.body[key] for key in ("sender_id", "receiver_id", "points", "fee", "state", "message")}
    assert shown == {
        "sender_id": str(ada), "receiver_id": str(ben), "points": 70, "fee": 2, "state": "sent", "message": "For lunch",
    }  # fmt: skip
    assert api.get(f"/transfers/{sent.body['id']}").body == sent.body
    for member in (ada, ben):
        assert api.get(f"/members/{member}/transfers").body["items"] == [sent.body]

    back = api.post(f"/transfers/{sent.body['id']}/cancel")
    assert (back.status, back.body["state"]) == (200, "taken_back")
    assert (shop.points(ada), shop.points(ben)) == (100, 0)
    assert api.post(f"/transfers/{sent.body['id']}/cancel").body == back.body

    entries = api.get(f"/members/{ada}/entries").body["items"]
    assert [(each["movement"], each["points"]) for each in entries[:4]] == [
        ("taken_back", 70), ("taken_back", 2), ("charged", -2), ("sent", -70),
    ]  # fmt: skip
    entries = api.get(f"/members/{ben}/entries").body["items"]
    assert [(each["movement"], each["reason"]) for each in entries] == [
        ("taken_back", "Taken back by the member who had sent them"), ("received", "Received from another member"),
    ]  # fmt: skip


def test_lists_come_in_pages(api: Caller, shop: Shop) -> None:
    ada, ben = shop.enrol("ada"), shop.enrol("ben")
    shop.buy(ada, "100.00")
    wish = {"sender": {"external_id": "ada"}, "receiver": {"external_id": "ben"}}
    for points in (1, 2, 3):
        assert api.post("/transfers", wish | {"points": points}).status == 201
    first = api.get(f"/members/{ben}/transfers", limit=2).body
    second = api.get(f"/members/{ben}/transfers", limit=2, cursor=first["next"]).body
    assert [each["points"] for each in (*first["items"], *second["items"])] == [3, 2, 1]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"points": 81}, 422, "transfer_too_large"),
        ({"points": 0}, 422, "bad_transfer"),
        ({"receiver": {"external_id": "ada"}}, 422, "transfer_to_oneself"),
        ({"points": 60}, 422, "not_enough_points"),
    ],
)
def test_refused(api: Caller, shop: Shop, changes: dict[str, object], status: int, code: str) -> None:
    shop.buy(shop.enrol("ada"), "50.00")
    shop.enrol("ben")
    wish = {"sender": {"external_id": "ada"}, "receiver": {"external_id": "ben"}, "points": 10}
    before = everything(shop)
    for path in ("/transfers", "/transfers/quote"):
        got = api.post(path, wish | changes)
        assert (got.status, got.code) == (status, code)
    assert everything(shop) == before
