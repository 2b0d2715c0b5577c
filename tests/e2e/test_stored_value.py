"""Stored value and gift cards in a browser, at the console and in the portal, in four dresses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser

from regulars.database.pool import connection
from regulars.flows.gift_cards.issue_cards import issue_batch, issue_card
from tests.e2e.visiting import DRESSES, as_member, as_operator, dressed
from tests.factories import Shop, open_shop
from tests.flows.stored import give_back, load, place, spend, with_value

pytestmark = pytest.mark.capability("D1")


@pytest.fixture
def till(database_url: str) -> Iterator[Shop]:
    document = with_value(bonus=[{"from_amount": 50, "gives": 5, "expires": "90 days"}], most_load=200)
    with connection() as conn:
        yield open_shop(conn, document, now=datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5))


@pytest.fixture
def mia(till: Shop) -> UUID:
    """Money that was loaded, spent and came back."""
    member = till.enrol(name="Mia Sommer")
    load(till, member, "50.00", reference="PAY-20931")
    give_back(till, spend(till, member, "12.40", reference="R-1042"), "2.40")
    return member


@pytest.mark.parametrize("dress", DRESSES)
def test_the_pages_fit(browser: Browser, till: Shop, mia: UUID, address: str, pictures: Path, dress: str) -> None:
    card = issue_card(till.conn, amount=Decimal(25), reference="PAY-7", **place(till))
    issue_batch(till.conn, name="Christmas", cards=2, amount=Decimal(20), **place(till))
    context = dressed(browser, address, dress)
    watched = as_operator(till, address, context)
    for name, path in (
        ("tab", f"/console/members/{mia}/?tab=value"),
        ("load", f"/console/members/{mia}/stored-value/load"),
        ("cards", "/console/gift-cards/"),
        ("card", f"/console/gift-cards/{card.id}/"),
        ("sell", "/console/gift-cards/new"),
    ):
        watched.open(path)
        watched.assert_fit()
        watched.page.screenshot(path=pictures / f"value-{name}-{dress}.png", full_page=True)
    context.close()
    context = dressed(browser, address, dress)
    watched = as_member(till, address, context, mia)
    watched.open("/me/money/")
    watched.assert_fit()
    watched.page.screenshot(path=pictures / f"value-portal-{dress}.png", full_page=True)
    context.close()
