"""Every page of the console: right status, no error, nothing that leaves the machine, nothing that axe objects to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.e2e.browsing import Watched

PAGES = (
    "/console/",
    "/console/?months=3",
    "/console/members/",
    "/console/members/?q=nobody-is-called-this",
    "/console/members/new",
    "/console/members/{lisa}/",
    "/console/members/{lisa}/?tab=orders",
    "/console/members/{lisa}/?tab=rewards",
    "/console/members/{lisa}/?tab=expiry",
    "/console/members/{lisa}/?tab=messages",
    "/console/members/{lisa}/?tab=reads",
    "/console/members/{lisa}/extend",
    "/console/members/{lisa}/points",
    "/console/members/{lisa}/orders/new",
    "/console/approvals/",
    "/console/rewards/",
    "/console/rewards/new",
    "/console/rulebook/",
    "/console/rulebook/1/",
    "/console/rulebook/ways/",
    "/console/rulebook/ways/challenge/",
    "/console/rulebook/try/",
    "/console/rulebook/templates/",
    "/console/rulebook/templates/coffee-stars/",
    "/console/rulebook/backtests/",
    "/console/campaigns/",
    "/console/campaigns/calendar/",
    "/console/campaigns/calendar/?view=week",
    "/console/notices/",
    "/console/objectives/",
    "/console/objectives/new",
    "/console/objectives/new?measure=cost_per_order",
    "/console/members/{lisa}/merge",
    "/console/members/{lisa}/badge",
    "/console/rulebook/templates/corner-cafe/",
)
MODES: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
    "arabic": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.capability("K4")
def test_every_page_is_fit(
    mode: str,
    browser: Browser,
    sign_in: Callable[[BrowserContext], Watched],
    lisa: UUID,
    address: str,
    pictures: Path,
) -> None:
    context = browser.new_context(**MODES[mode])
    watched = sign_in(context)
    if mode == "arabic":
        context.add_cookies([{"name": "django_language", "value": "ar", "url": address}])
    for number, path in enumerate(PAGES):
        watched.open(path.format(lisa=lisa))
        watched.assert_fit()
        assert watched.page.locator("html").get_attribute("dir") == ("rtl" if mode == "arabic" else "ltr")
        watched.page.screenshot(path=pictures / f"{number:02}-{mode}.png", full_page=mode == "phone")
    context.close()


@pytest.mark.parametrize("path", ["/console/sign-in/", "/console/sign-up/", "/console/inactive/"])
def test_pages_before_sign_in_are_fit(path: str, context: BrowserContext, address: str) -> None:
    watched = Watched(context, address)
    watched.open(path)
    watched.assert_fit()


def test_an_unknown_page_says_so(sign_in: Callable[[BrowserContext], Watched], context: BrowserContext) -> None:
    watched = sign_in(context)
    watched.open("/console/rulebook/99/", status=404)
    assert watched.page.get_by_text("There is no such version").is_visible()
    watched.open("/console/members/00000000-0000-7000-8000-000000000000/", status=404)
    assert watched.page.get_by_text("There is no such member").is_visible()


def test_every_page_asks_for_sign_in(context: BrowserContext, address: str, lisa: UUID) -> None:
    watched = Watched(context, address)
    for path in PAGES:
        watched.open(path.format(lisa=lisa))
        assert watched.page.url.startswith(f"{address}/console/sign-in/"), path


def test_the_content_policy_is_strict(context: BrowserContext, address: str) -> None:
    policy = Watched(context, address).open("/console/sign-in/").headers["content-security-policy"]
    assert policy == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
        " connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


def test_a_theme_is_kept_and_charts_follow(
    sign_in: Callable[[BrowserContext], Watched], context: BrowserContext, lisa: UUID
) -> None:
    page = sign_in(context).page
    title = page.locator("[data-chart] text").first
    light = title.evaluate("(text) => getComputedStyle(text).fill")
    page.get_by_label("Your account").click()
    page.get_by_role("button", name="Dark").click()
    page.wait_for_function(
        "(before) => getComputedStyle(document.querySelector('[data-chart] text')).fill !== before", arg=light
    )
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_a_chart_shows_its_figures_as_a_table(
    sign_in: Callable[[BrowserContext], Watched], context: BrowserContext, lisa: UUID
) -> None:
    page = sign_in(context).page
    panel = page.get_by_role("region", name="Points issued, redeemed and expired")
    panel.get_by_text("Show as table").click()
    assert panel.get_by_role("columnheader").all_inner_texts() == ["Month", "Issued", "Redeemed", "Expired"]
    assert panel.get_by_role("row").count() == 13
