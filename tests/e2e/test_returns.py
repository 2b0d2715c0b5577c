"""An order comes back: the preview at the counter, doing it, and how the operator and the member read it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, expect

from regulars.domain.events.contracts import OrderLine, PointsUsed
from regulars.flows.sign_in import MEMBER_LINK_LASTS, issue_member_link
from tests.e2e.browsing import Watched
from tests.factories import Shop

SignIn = Callable[[BrowserContext], Watched]


@pytest.fixture
def buyer(shop: Shop) -> UUID:
    """Bought for 600, then dishes for 20 of which 500 points paid 5; and a return whose order nobody knows waits."""
    shop.now = datetime.now(UTC).replace(microsecond=0)
    member = shop.enrol(name="Bea Brenner")
    shop.buy(member, "600.00")
    shop.buy(
        member, "20.00", points_used=PointsUsed(500, Decimal("5.00")),
        lines=[OrderLine(Decimal(12), name="Cup", quantity=Decimal(2)), OrderLine(Decimal(8), name="Plate")],
    )  # fmt: skip
    shop.send(shop.returned(member, "not-yet", amount="3.00"))
    return member


@pytest.mark.capability("E2")
def test_one_line_comes_back(sign_in: SignIn, context: BrowserContext, shop: Shop, buyer: UUID, pictures: Path) -> None:
    watched = sign_in(context)
    page = watched.page
    watched.open(f"/console/members/{buyer}/?tab=orders")
    page.get_by_role("button", name=re.compile("Return order")).first.click()
    dialog = page.get_by_role("dialog")
    seen = dialog.get_by_role("region", name="What the return does")
    expect(seen).to_contain_text("€20.00 go back, and nothing of the order is left.")
    expect(seen).to_contain_text("Balance afterwards650")

    dialog.get_by_text("Some of it", exact=True).click()
    dialog.get_by_label("Cup").fill("1")
    expect(seen).to_contain_text("€6.00 go back, and €14.00 of the order are left.")
    expect(seen).to_contain_text("“1 point per euro” is taken back\N{MINUS SIGN}5")
    expect(seen).to_contain_text("Points that paid for it come back+150")
    watched.assert_fit()
    page.screenshot(path=pictures / "return-dialog.png")

    dialog.get_by_role("button", name="Return it").click()
    expect(page.locator("[data-toast]")).to_contain_text("Taken back: 5 points. Given back: 150 points.")
    expect(page.get_by_role("cell", name="€6.00 came back")).to_be_visible()
    watched.assert_fit()

    watched.open(f"/console/members/{buyer}/")
    page.get_by_text("which points?").first.click()
    expect(page.locator(".lots").first).to_contain_text("Went back to")
    page.locator("summary", has_text="why?").nth(1).click()
    expect(page.get_by_text("counts 5 points less now, and they were taken back.")).to_be_visible()
    watched.assert_fit()

    token = issue_member_link(
        shop.conn, programme=shop.programme, member_id=buyer, now=datetime.now(UTC), lasts=MEMBER_LINK_LASTS
    )
    watched.open(f"/me/sign-in/{token}/")
    page.get_by_role("main").get_by_role("button").click()
    watched.open("/me/activity/")
    expect(page.get_by_text("5 points taken back, 150 points returned to you")).to_be_visible()
    page.locator("summary", has_text="why?").first.click()
    watched.assert_fit()


@pytest.mark.parametrize("look", ["light", "dark", "phone", "arabic"])
def test_the_pages_of_returns_fit(
    sign_in: SignIn, context: BrowserContext, buyer: UUID, pictures: Path, look: str
) -> None:
    watched = sign_in(context)
    page = watched.page
    if look == "dark":
        page.emulate_media(color_scheme="dark")
    if look == "phone":
        page.set_viewport_size({"width": 390, "height": 844})
    if look == "arabic":
        context.add_cookies([{"name": "django_language", "value": "ar", "url": watched.address}])
    for name, path in (
        ("orders", f"/console/members/{buyer}/?tab=orders"),
        ("lots", f"/console/members/{buyer}/?tab=lots"),
        ("points", f"/console/members/{buyer}/"),
        ("waiting", "/console/returns/"),
    ):
        watched.open(path)
        watched.assert_fit()
        page.screenshot(path=pictures / f"returns-{name}-{look}.png", full_page=True)
    watched.open(f"/console/members/{buyer}/?tab=orders")
    page.locator("button[commandfor=return-dialog]").first.click()
    page.locator("#return-body section").wait_for()
    watched.assert_fit()
    page.screenshot(path=pictures / f"returns-dialog-{look}.png")
