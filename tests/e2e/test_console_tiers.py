"""At the console: a threshold is raised so that nobody loses a tier, seen before, published, and taken back."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from regulars.database.pool import connection
from regulars.domain.tiers.contracts import AssignmentKind
from regulars.flows.assign_tier import assign_tier
from tests.e2e.visiting import DRESSES, as_member, as_operator, dressed
from tests.factories import RULEBOOK, Shop, open_shop


@pytest.fixture
def climbers(database_url: str) -> Iterator[Shop]:
    """A shop with members on every tier, one about to lose hers, one about to reach the next."""
    with connection() as conn:
        shop = open_shop(conn, now=datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1))
        for name, total, days in (
            ("Ada Byron", "600.00", 10), ("Ben Okri", "250.00", 20), ("Cem Yılmaz", "450.00", 350),
            ("Dora Maar", "180.00", 5), ("Eve Adams", "20.00", 3),
        ):  # fmt: skip
            shop.buy(shop.enrol(name=name), total, at=shop.now - timedelta(days=days))
        yield shop


@pytest.mark.capability("C3")
@pytest.mark.parametrize("dress", DRESSES)
def test_a_ladder_is_changed_and_goes_back(
    browser: Browser, climbers: Shop, address: str, pictures: Path, dress: str
) -> None:
    context = dressed(browser, address, dress)
    watched = as_operator(climbers, address, context)
    page = watched.page
    watched.open("/console/tiers/")
    watched.assert_fit()
    page.screenshot(path=pictures / f"tiers-{dress}.png", full_page=True)
    watched.open("/console/tiers/status/change")
    page.locator("[name=start-silver]").fill("300.00")
    page.locator("[name=look]").click()
    expect(page.locator("#preview")).to_contain_text("Ben Okri")
    watched.assert_fit()
    page.screenshot(path=pictures / f"tiers-change-{dress}.png", full_page=True)
    page.locator("[name=publish]").click()
    page.wait_for_url("**/console/tiers/")
    watched.assert_fit()
    page.screenshot(path=pictures / f"tiers-changed-{dress}.png", full_page=True)
    watched.open("/console/tiers/status/undo")
    watched.assert_fit()
    page.screenshot(path=pictures / f"tiers-undo-{dress}.png", full_page=True)
    page.get_by_role("main").locator("form button").click()
    page.wait_for_url("**/console/tiers/")
    if dress == "light":
        expect(page.get_by_text("Version 3 changed this ladder")).to_be_visible()
    context.close()


@pytest.mark.capability("C3")
@pytest.mark.parametrize("dress", DRESSES)
def test_a_member_declines_an_invitation(browser: Browser, address: str, pictures: Path, dress: str) -> None:
    document = copy.deepcopy(RULEBOOK)
    document["ladders"][0]["tiers"].append({"id": "black", "name": "Black", "invitation_only": True})
    with connection() as conn:
        shop = open_shop(conn, document, now=datetime.now(UTC).replace(microsecond=0))
        lisa = shop.enrol(name="Lisa Lane")
        assign_tier(
            shop.conn, programme_id=shop.programme.id, member_id=lisa, ladder="status", tier="black",
            kind=AssignmentKind.invited, reason="A friend of the house", now=shop.now, by="tests",
        )  # fmt: skip
        context = dressed(browser, address, dress)
        watched = as_member(shop, address, context, lisa)
    page = watched.page
    watched.open("/me/tier/")
    watched.assert_fit()
    page.screenshot(path=pictures / f"invited-{dress}.png", full_page=True)
    page.locator("[commandfor=decline-1]").first.click()
    watched.assert_fit()
    page.screenshot(path=pictures / f"invited-decline-{dress}.png")
    page.get_by_role("dialog").locator("button[type=submit]").click()
    page.wait_for_url("**/me/tier/")
    if dress == "light":
        expect(page.get_by_text("You declined. Thank you for telling us.")).to_be_visible()
    context.close()
