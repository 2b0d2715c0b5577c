"""An operator loads, refunds and freezes stored value, and sells, hands over and replaces gift cards."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.test import Client

from regulars.database.pool import Connection
from regulars.domain.gift_cards.queries import batches, cards_of_batch, gift_cards
from regulars.domain.stored_value.queries import acts_of
from tests.factories import RULEBOOK, Shop, open_shop
from tests.flows.stored import cents, load, spend, with_value
from tests.interfaces.operators import signed_in
from tests.interfaces.portal.club import text_of

pytestmark = [pytest.mark.database, pytest.mark.capability("D1")]


@pytest.fixture
def shop(conn: Connection) -> Shop:
    now = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5)
    return open_shop(conn, with_value(most_load=100, bonus=[{"from_amount": 50, "gives": 5}]), now=now)


@pytest.fixture
def operator(shop: Shop) -> Client:
    return signed_in(shop)


@pytest.fixture
def mia(shop: Shop) -> UUID:
    return shop.enrol(name="Mia")


def test_the_account_of_a_member(shop: Shop, operator: Client, mia: UUID) -> None:
    place = f"/console/members/{mia}/stored-value"
    tab = f"/console/members/{mia}/?tab=value"
    assert "Nothing was paid in yet" in text_of(operator.get(tab))
    refused = operator.post(f"{place}/load", {"amount": "100.01", "reference": "P-1"})
    assert refused.status_code == 422
    assert "That is more than can be loaded at once" in text_of(refused)
    assert cents(shop, mia) == 0
    for _ in range(2):
        assert operator.post(f"{place}/load", {"amount": "50.00", "reference": "P-1"}).status_code == 302
    assert cents(shop, mia) == 5500
    said = text_of(operator.get(tab))
    assert "Paid in P-1" in said
    assert "and €5.00 on top" in said
    (loaded,) = acts_of(shop.conn, owners=[mia])
    assert "You pay it out" in text_of(operator.get(f"{place}/{loaded.id}/refund"))
    operator.post(f"{place}/{loaded.id}/refund", {"amount": "20.00", "reference": "B-1"})
    assert cents(shop, mia) == 3300
    spent = spend(shop, mia, "3.00")
    operator.post(f"{place}/{spent.id}/refund", {"amount": "", "reference": "B-2"})
    assert cents(shop, mia) == 3300
    assert "Stored value: Paid in, €50.00" in text_of(operator.get(f"/console/members/{mia}/?tab=reads"))


def test_frozen_and_opened(shop: Shop, operator: Client, mia: UUID) -> None:
    place = f"/console/members/{mia}/stored-value"
    loaded = load(shop, mia, "20.00")
    operator.post(f"{place}/freeze", {"reason": "The phone was stolen"})
    assert "Frozen The phone was stolen" in text_of(operator.get(f"/console/members/{mia}/?tab=value"))
    refused = operator.post(f"{place}/{loaded.id}/refund", {"amount": "", "reference": "B-1"})
    assert "A colleague stopped it" in text_of(refused)
    operator.post(f"{place}/unfreeze", {"reason": "Found"})
    operator.post(f"{place}/{loaded.id}/refund", {"amount": "", "reference": "B-1"})
    assert cents(shop, mia) == 0


def test_a_gift_card_is_sold_handed_over_and_replaced(shop: Shop, operator: Client) -> None:
    sold = {
        "amount": "25.00", "reference": "P-9", "email": "ben@example.com", "recipient": "Ben", "sender": "Ada",
        "greeting": "Enjoy!", "day": "",
    }  # fmt: skip
    page = operator.post("/console/gift-cards/new", sold)
    assert page.status_code == 302
    address = page["Location"]
    assert "not drawn yet" in text_of(operator.get(address))
    drawn = text_of(operator.post(f"{address}pin"))
    found = re.search(r"now and never again: (\d{6})", drawn)
    assert found is not None
    assert found[1] not in text_of(operator.get(address))
    operator.post(f"{address}freeze", {"reason": "Lost"})
    new = operator.post(f"{address}replace")["Location"]
    assert new != address
    assert "€25.00" in text_of(operator.get(new))
    assert "Ended" in text_of(operator.get(address))
    assert "Ben" in text_of(operator.get("/console/gift-cards/?q=ben@example.com"))
    # Its money came from the old card, so there is no payment that it could go back to.
    assert "still money on the gift card" in text_of(operator.post(f"{new}void", {"reference": "B-9"}))
    assert len(gift_cards(shop.conn, programme_id=shop.programme.id)) == 2


def test_a_batch_leaves_once(shop: Shop, operator: Client) -> None:
    operator.post("/console/gift-cards/batch", {"name": "Christmas", "cards": "2", "amount": "25.00"})
    (made,) = batches(shop.conn, programme_id=shop.programme.id)
    address = f"/console/gift-cards/batches/{made.id}/export"
    assert operator.get(address).status_code == 302
    lines = operator.post(address).content.decode().splitlines()
    assert [len(line.split(",")) for line in lines] == [2, 2, 2]
    again = operator.post(address)
    assert again.status_code == 409
    assert "handed out before" in text_of(again)
    first = cards_of_batch(shop.conn, batch_id=made.id)[0]
    operator.post(f"/console/gift-cards/{first.id}/sell", {"reference": "P-1"})
    assert cents(shop, first.id) == 2500


def test_nothing_of_it_where_there_is_none(conn: Connection) -> None:
    shop = open_shop(conn, RULEBOOK)
    operator = signed_in(shop)
    member = shop.enrol(name="Mia")
    assert "Stored value" not in text_of(operator.get(f"/console/members/{member}/"))
    assert "Gift cards" not in text_of(operator.get("/console/members/"))
    assert operator.get("/console/gift-cards/").status_code == 403
