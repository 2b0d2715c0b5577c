"""Trying a cart: the browser fills the form and reads what every rule says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.e2e.browsing import Watched
from tests.e2e.test_console_pages import MODES


@pytest.mark.parametrize("mode", MODES)
def test_a_cart_is_tried(
    mode: str, browser: Browser, sign_in: Callable[[BrowserContext], Watched], lisa: UUID, address: str, pictures: Path
) -> None:
    context = browser.new_context(**MODES[mode])
    watched = sign_in(context)
    if mode == "arabic":
        context.add_cookies([{"name": "django_language", "value": "ar", "url": address}])
    watched.open("/console/rulebook/try/")
    page = watched.page
    page.locator("#id_lines-0-category").fill("coffee")
    page.locator("#id_lines-0-amount").fill("12.50")
    page.locator("form button.btn-primary").click()
    page.get_by_text("12.50" if mode != "arabic" else "12.5").first.wait_for()
    watched.assert_fit()
    assert page.locator("section[aria-live] li").count() > 4
    page.screenshot(path=pictures / f"try-{mode}.png", full_page=True)
    context.close()
