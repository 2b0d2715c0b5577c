"""Stored value by the API: loaded, spent, refunded both ways, frozen, listed; amounts are text."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from regulars.database.pool import Connection
from tests.factories import Shop, open_shop
from tests.flows.stored import with_value
from tests.interfaces.api.caller import Caller, everything


@pytest.fixture
def shop(conn: Connection) -> Shop:
    return open_shop(conn, with_value(bonus=[{"from_amount": 50, "gives": 5}]))


def eur(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


@pytest.fixture
def ada(shop: Shop) -> UUID:
    return shop.enrol("ada")


def test_the_life_of_an_account(api: Caller, shop: Shop, ada: UUID) -> None:
    place = f"/members/{ada}/stored-value"
    loaded = api.post(f"{place}/loads", {"amount": "50.00", "currency": "EUR", "reference": "PAY-1"})
    assert (loaded.status, loaded.body["kind"], loaded.body["amount"]) == (201, "load", eur("50.00"))
    assert loaded.body["bonus"] == eur("5.00")
    spent = api.post(f"{place}/spendings", {"amount": "12.40", "reference": "R-1"}).body
    back = api.post(
        f"{place}/refunds", {"movement": spent["id"], "to": "balance", "amount": "2.40", "reference": "B-1"}
    ).body
    assert (back["kind"], back["source"]) == ("give_back", "R-1")
    paid = api.post(f"{place}/refunds", {"movement": loaded.body["id"], "to": "source", "reference": "B-2"}).body
    assert (paid["kind"], paid["amount"], paid["paid_out"], paid["source"]) == (
        "pay_back", eur("40.00"), eur("40.00"), "PAY-1",
    )  # fmt: skip
    found = api.get(place).body
    assert found == {
        "member_id": str(ada), "available": eur("1.00"), "held": eur("0.00"), "given": eur("1.00"), "frozen": False,
        "frozen_because": "",
    }  # fmt: skip
    listed = api.get(f"{place}/movements").body["items"]
    assert [each["kind"] for each in listed] == ["pay_back", "give_back", "spend", "load"]
    assert listed[0] == paid


def test_the_same_again_moves_nothing(api: Caller, shop: Shop, ada: UUID) -> None:
    place = f"/members/{ada}/stored-value"
    first = api.post(f"{place}/loads", {"amount": "50.00", "reference": "PAY-1"})
    before = everything(shop)
    again = api.post(f"{place}/loads", {"amount": "50.0", "reference": "PAY-1"})
    assert again.body == first.body
    other = api.post(f"{place}/loads", {"amount": "51.00", "reference": "PAY-1"})
    assert (other.status, other.body["code"]) == (409, "reference_used")
    assert {table: rows for table, rows in everything(shop).items() if rows != before[table]}.keys() <= {
        "access_answer"
    }


@pytest.mark.parametrize(
    ("call", "body", "status", "code"),
    [
        ("loads", {"amount": "-1", "reference": "P"}, 422, "stored_value_amount"),
        ("loads", {"amount": "1", "currency": "USD", "reference": "P"}, 422, "stored_value_currency"),
        ("spendings", {"amount": "0.01", "reference": "R"}, 422, "not_enough_value"),
        ("freeze", {"reason": " "}, 422, "field_missing"),
    ],
)
def test_refused(api: Caller, shop: Shop, ada: UUID, call: str, body: dict[str, Any], status: int, code: str) -> None:
    before = everything(shop)
    answer = api.post(f"/members/{ada}/stored-value/{call}", body)
    assert (answer.status, answer.body["code"]) == (status, code)
    assert everything(shop) == before


def test_frozen_and_opened(api: Caller, shop: Shop, ada: UUID) -> None:
    place = f"/members/{ada}/stored-value"
    api.post(f"{place}/loads", {"amount": "9.00", "reference": "PAY-1"})
    assert api.post(f"{place}/freeze", {"reason": "Stolen"}).body["frozen_because"] == "Stolen"
    assert api.post(f"{place}/spendings", {"amount": "1.00", "reference": "R"}).body["code"] == "account_frozen"
    assert api.post(f"{place}/unfreeze", {"reason": "Found"}).body["frozen"] is False
    assert api.post(f"{place}/spendings", {"amount": "1.00", "reference": "R"}).status == 201


def test_entries_say_why(api: Caller, shop: Shop, ada: UUID) -> None:
    place = f"/members/{ada}/stored-value"
    api.post(f"{place}/loads", {"amount": "50.00", "reference": "PAY-1"})
    api.post(f"{place}/spendings", {"amount": "9.00", "reference": "R-1"})
    listed = api.get(f"/members/{ada}/entries", point_type="purse").body["items"]
    assert [(each["movement"], each["points"], each["reason"]) for each in listed] == [
        ("spent", -900, "Paid with stored value: Receipt R-1"),
        ("loaded", 500, "Given on top of a payment: A gift with payment PAY-1"),
        ("loaded", 5000, "Money paid in: Payment PAY-1"),
    ]
