"""An operator blocks a member, points wait, and the release gives them back; what the member sees meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from regulars.flows.block_member import block_member
from regulars.flows.sign_in import issue_member_link
from tests.e2e.browsing import Watched
from tests.factories import Shop

SignIn = Callable[[BrowserContext], Watched]


@pytest.fixture
def mia(shop: Shop) -> UUID:
    """A member with a few points."""
    member = shop.enrol(name="Mia Sommer")
    shop.buy(member, "350.00")
    return member


@pytest.mark.capability("E4")
def test_block_and_release(sign_in: SignIn, context: BrowserContext, shop: Shop, mia: UUID) -> None:
    watched = sign_in(context)
    page = watched.page
    watched.open(f"/console/members/{mia}/")
    page.get_by_role("link", name="Block", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Block Mia Sommer?")
    watched.assert_fit()
    page.get_by_role("button", name="Block the member").click()
    expect(page.get_by_text("This field is required.")).to_be_visible()
    watched.assert_fit()
    page.get_by_label("Reason").fill("The card was reported stolen")
    page.get_by_role("button", name="Block the member").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Blocked")
    expect(page.get_by_role("region", name="Blocked")).to_contain_text("The card was reported stolen")
    expect(page.get_by_role("region", name="Blocked")).to_contain_text("Blocked by ada@example.org on")
    watched.assert_fit()

    shop.buy(mia, "40.00")
    page.reload()
    expect(page.get_by_role("region", name="Blocked")).to_contain_text("Waiting: 40 points.")
    rewards = page.get_by_role("region", name="Rewards within reach")
    expect(rewards).to_contain_text("€5 voucher")
    expect(rewards.get_by_role("link", name="Redeem €5 voucher")).to_have_count(0)
    page.get_by_role("button", name="Release", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Release this member?")
    watched.assert_fit()
    dialog.get_by_role("button", name="Release").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Active")
    assert page.locator("dl > div").first.locator("dd bdi").inner_text() == "440"
    page.get_by_role("link", name="Who did what").click()
    expect(page.get_by_role("main")).to_contain_text("Blocked the member: The card was reported stolen")
    expect(page.get_by_role("main")).to_contain_text("Released the member")
    watched.assert_fit()


LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "viewport": {"width": 1440, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1440, "height": 900}},
    "phone": {"color_scheme": "light", "viewport": {"width": 390, "height": 844}},
    "arabic": {"color_scheme": "light", "viewport": {"width": 1440, "height": 900}},
}


@pytest.mark.parametrize("look", LOOKS)
def test_a_block_fits_every_screen(
    browser: Browser, sign_in: SignIn, address: str, shop: Shop, mia: UUID, look: str
) -> None:
    block_member(
        shop.conn, programme_id=shop.programme.id, member_id=mia, reason="A stolen card", now=shop.now, by="Ada"
    )
    context = browser.new_context(**LOOKS[look])
    try:
        if look == "arabic":
            context.add_cookies([{"name": "django_language", "value": "ar", "url": address}])
        watched = sign_in(context)
        watched.open(f"/console/members/{mia}/")
        watched.assert_fit()
        watched.page.close()
        portal = Watched(context, address)
        token = issue_member_link(
            shop.conn, programme=shop.programme, member_id=mia, now=datetime.now(UTC), lasts=timedelta(minutes=5)
        )
        portal.open(f"/me/sign-in/{token}/")
        portal.page.get_by_role("main").get_by_role("button").click()
        portal.page.wait_for_url("**/me/")
        if look != "arabic":
            expect(portal.page.get_by_role("status").filter(has_text="Your membership is paused")).to_be_visible()
        expect(portal.page.get_by_role("main")).not_to_contain_text("A stolen card")
        portal.assert_fit()
    finally:
        context.close()
