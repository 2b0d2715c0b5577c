"""A tier is given and taken back at the console, in a browser and in four dresses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from regulars.database.pool import connection
from tests.e2e.visiting import DRESSES, as_operator, dressed
from tests.factories import Shop, open_shop

pytestmark = pytest.mark.capability("C3")


@pytest.fixture
def cafe(database_url: str) -> Iterator[Shop]:
    with connection() as conn:
        yield open_shop(conn, now=datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1))


def test_a_tier_is_given_for_a_reason_and_taken_back(context: BrowserContext, cafe: Shop, address: str) -> None:
    mia = cafe.enrol(name="Mia Sommer")
    watched = as_operator(cafe, address, context)
    page = watched.page
    watched.open(f"/console/members/{mia}/")
    page.get_by_role("link", name="Give a tier").click()
    page.get_by_label("Tier", exact=True).select_option("gold")
    page.get_by_label("How", exact=True).select_option("matched")
    page.get_by_label("Reason", exact=True).fill("Gold at the airline")
    page.get_by_role("main").locator("form button.btn-primary").click()
    watched.assert_fit()  # a match says what shows the other status, and until when it lasts
    page.get_by_label("How", exact=True).select_option("manual")
    page.get_by_role("main").locator("form button.btn-primary").click()
    expect(page.get_by_text("Mia Sommer is Gold now.")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Gold at the airline")
    watched.assert_fit()
    page.get_by_placeholder("Reason").fill("Given to the wrong member")
    page.get_by_role("button", name="Take the tier back").click()
    expect(page.get_by_text("The member stands where they stand by themselves.")).to_be_visible()


@pytest.mark.parametrize("dress", DRESSES)
def test_the_form_fits(browser: Browser, cafe: Shop, address: str, pictures: Path, dress: str) -> None:
    mia = cafe.enrol(name="Mia Sommer")
    context = dressed(browser, address, dress)
    watched = as_operator(cafe, address, context)
    watched.open(f"/console/members/{mia}/tiers/status/give")
    watched.assert_fit()
    watched.page.get_by_role("main").locator("form button.btn-primary").click()
    watched.assert_fit()
    watched.page.screenshot(path=pictures / f"tier-{dress}.png", full_page=True)
    context.close()
