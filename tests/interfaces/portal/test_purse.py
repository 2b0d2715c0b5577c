"""A member sees their money, and brings in a gift card once; guesses are counted."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from regulars.database.pool import Connection
from regulars.flows.gift_cards.hand_over import draw_pin
from regulars.flows.gift_cards.issue_cards import issue_card
from regulars.flows.stored_value.freeze_value import freeze_value
from tests.factories import Shop, open_shop
from tests.flows.stored import cents, load, place, spend, with_value
from tests.interfaces.portal.club import Club, Guest, text_of

pytestmark = [pytest.mark.database, pytest.mark.capability("D1")]


@pytest.fixture
def shop(conn: Connection) -> Shop:
    terms = {"most_balance": 60, "bonus": [{"from_amount": 20, "gives": 2, "expires": "90 days"}]}
    return open_shop(conn, with_value(**terms), now=datetime.now(UTC).replace(microsecond=0))


@pytest.fixture
def ada(shop: Shop) -> UUID:
    return shop.enrol(name="Ada Lovelace", email="ada@example.com")


@pytest.fixture
def guest(shop: Shop, ada: UUID) -> Guest:
    return Club(shop).enter(ada)


def card(shop: Shop, amount: str, number: int = 1) -> dict[str, str]:
    """A gift card, as somebody holds it."""
    sold = issue_card(shop.conn, amount=Decimal(amount), reference=f"G-{number}", **place(shop))
    handed = draw_pin(shop.conn, card_id=sold.id, **place(shop))
    return {"number": handed.number, "pin": handed.pin}


def test_the_page_says_what_there_is(shop: Shop, guest: Guest, ada: UUID) -> None:
    assert "Nothing yet. Pay something in" in guest.see("/me/money/")
    load(shop, ada, "20.00")
    spend(shop, ada, "5.00")
    said = guest.see("/me/money/")
    for part in (
        "€17.00",
        "You paid in",
        "and €2.00 on top",
        "You paid with it",
        "−€5.00",
        "The account holds at most",
    ):
        assert part in said
    freeze_value(shop.conn, member_id=ada, reason="The phone was stolen", **place(shop))
    said = guest.see("/me/money/")
    assert "Stopped for now" in said
    assert "stolen" not in said


def test_a_gift_card_comes_in_once(shop: Shop, guest: Guest, ada: UUID) -> None:
    held = card(shop, "25.00")
    wrong = guest.send("/me/money/", number=held["number"], pin="x")
    assert wrong.status_code == 422
    assert "Number and PIN do not fit" in text_of(wrong)
    assert guest.send("/me/money/", **held).status_code == 302
    assert cents(shop, ada) == 2500
    guest.send("/me/money/", **held)
    assert cents(shop, ada) == 2500
    assert "A gift card" in guest.see("/me/money/")
    full = guest.send("/me/money/", **card(shop, "40.00", 2))
    assert "more than your account may hold" in text_of(full)


def test_guesses_are_counted(shop: Shop, guest: Guest, ada: UUID) -> None:
    held = card(shop, "25.00")
    for _ in range(5):
        guest.send("/me/money/", number=held["number"], pin="x")
    assert "Number and PIN do not fit" in text_of(guest.send("/me/money/", **held))
    assert cents(shop, ada) == 0
