"""Who comes to look: operators and members, in light and dark, on a phone, and from right to left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from playwright.sync_api import Browser, BrowserContext, ViewportSize

from regulars.flows.sign_in import issue_member_link, issue_operator_link
from tests.e2e.browsing import Watched
from tests.factories import Shop

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1440, "height": 900}
DRESSES: dict[str, dict[str, Any]] = {
    "light": {"viewport": DESK, "color_scheme": "light"},
    "dark": {"viewport": DESK, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "color_scheme": "light", "has_touch": True},
    "arabic": {"viewport": PHONE, "color_scheme": "light"},
}


def dressed(browser: Browser, address: str, dress: str) -> BrowserContext:
    """A fresh browser profile in one of the dresses."""
    context = browser.new_context(**DRESSES[dress])
    if dress == "arabic":
        context.add_cookies([{"name": "django_language", "value": "ar", "url": address}])
    return context


def as_operator(shop: Shop, address: str, context: BrowserContext) -> Watched:
    """An operator who has followed the link, at the dashboard."""
    token = issue_operator_link(
        shop.conn, programme=shop.programme, email=f"ada-{shop.programme.code}@example.org", name="Ada Moreno",
        now=datetime.now(UTC), lasts=timedelta(minutes=5),
    )  # fmt: skip
    watched = Watched(context, address)
    watched.open(f"/console/enter/{token}")
    watched.page.get_by_role("main").get_by_role("button").click()
    watched.page.wait_for_url("**/console/")
    return watched


def as_member(shop: Shop, address: str, context: BrowserContext, member: UUID) -> Watched:
    """The member who has followed the link, at home in the portal."""
    token = issue_member_link(shop.conn, programme=shop.programme, member_id=member, now=datetime.now(UTC))
    watched = Watched(context, address)
    watched.open(f"/me/sign-in/{token}/")
    watched.page.get_by_role("main").get_by_role("button").click()
    watched.page.wait_for_url("**/me/")
    return watched
