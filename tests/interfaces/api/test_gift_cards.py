"""Gift cards by the API: sold, opened by number and PIN, spent, moved; a PIN is in no kept answer."""

from __future__ import annotations

import pytest

from regulars.database.pool import Connection
from tests.factories import Shop, open_shop
from tests.flows.stored import with_value
from tests.interfaces.api.caller import Caller


@pytest.fixture
def shop(conn: Connection) -> Shop:
    return open_shop(conn, with_value())


def eur(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


def test_the_life_of_a_card(api: Caller, shop: Shop) -> None:
    ada = shop.enrol("ada")
    sold = api.post("/gift-cards", {"amount": "50.00", "reference": "P-1", "recipient": {"email": "ben@example.com"}})
    assert (sold.status, sold.body["state"], sold.body["delivery"]) == (201, "active", "waiting")
    place = f"/gift-cards/{sold.body['id']}"
    drawn = api.post(f"{place}/pin").body
    assert drawn["number"] == sold.body["number"]
    found = api.post("/gift-cards/check", drawn)
    assert (found.body["id"], found.body["available"], found.body["delivery"]) == (
        sold.body["id"],
        eur("50.00"),
        "done",
    )
    wrong = api.post("/gift-cards/check", drawn | {"pin": "1"})
    assert (wrong.status, wrong.body["code"]) == (422, "gift_card_not_recognised")

    paid = api.post(f"{place}/spendings", {"amount": "12.40", "reference": "R-1"}).body
    back = api.post(f"{place}/refunds", {"movement": paid["id"], "to": "card", "amount": "2.40", "reference": "B-1"})
    assert (back.body["kind"], back.body["source"]) == ("give_back", "R-1")
    moved = api.post(f"{place}/move", {"member": {"external_id": "ada"}}).body
    assert (moved["card_id"], moved["amount"]) == (sold.body["id"], eur("40.00"))
    listed = api.get(f"{place}/movements").body["items"]
    assert [each["kind"] for each in listed] == ["moved_out", "give_back", "spend", "load"]
    assert api.get(place).body["state"] == "ended"
    assert api.get(f"/members/{ada}/stored-value").body["available"] == eur("40.00")
    entries = api.get(f"/members/{ada}/entries", point_type="purse").body["items"]
    assert [(each["movement"], each["reason"]) for each in entries] == [
        ("received", "Moved in from a gift card: The rest of a gift card")
    ]


def test_a_pin_is_in_no_kept_answer_and_guesses_count_with_any_key(api: Caller, shop: Shop) -> None:
    place = f"/gift-cards/{api.post('/gift-cards', {'amount': '9.00', 'reference': 'P-1'}).body['id']}"
    first, second = (api.post(f"{place}/pin", key="one").body for _ in range(2))
    kept = shop.conn.execute("select body from access_answer").fetchall()
    assert not [body for (body,) in kept if first["pin"] in body or second["pin"] in body]
    for number in range(5):
        api.post("/gift-cards/check", second | {"pin": "x"}, key=f"try-{number}")
    assert api.post("/gift-cards/check", second).body["code"] == "gift_card_not_recognised"
