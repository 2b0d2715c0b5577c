"""Takes the pictures of the README anew. Give it the two sign-in links that `make demo` prints:

.venv/bin/python docs/screenshots/take.py CONSOLE_LINK PORTAL_LINK
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
MEMBER = "Priya Bell"
"""A regular of the demo, with points, a tier and some history."""
MARGIN = 10


def main(console_link: str, portal_link: str) -> None:
    """Writes dashboard, member, why and portal."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        take_console(browser, console_link)
        take_portal(browser, portal_link)
        browser.close()


def take_console(browser: Browser, link: str) -> None:
    """The dashboard, a member, and the reasons of the latest order."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB").new_page()
    sign_in(page, link)
    page.screenshot(path=HERE / "dashboard.png")
    page.goto(f"{origin(link)}/console/members/?q={MEMBER.replace(' ', '+')}")
    page.get_by_role("link", name=MEMBER).first.click()
    settle(page)
    page.screenshot(path=HERE / "member.png")
    page.locator("details summary", has_text="why?").first.click()
    settle(page)
    box = page.locator("table").first.bounding_box()
    assert box is not None
    page.screenshot(
        path=HERE / "why.png",
        clip={"x": box["x"] - MARGIN, "y": box["y"] - MARGIN, "width": box["width"] + 2 * MARGIN, "height": 470},
    )


def take_portal(browser: Browser, link: str) -> None:
    """The member's own page, on a phone."""
    phone = browser.new_context(
        viewport={"width": 390, "height": 780}, device_scale_factor=2, is_mobile=True, has_touch=True, locale="en-GB"
    )
    page = phone.new_page()
    sign_in(page, link)
    page.screenshot(path=HERE / "portal.png")


def sign_in(page: Page, link: str) -> None:
    """A link shows one button; pressing it signs in."""
    page.goto(link)
    page.locator("form[method=post] button.btn-primary").click()
    settle(page)


def settle(page: Page) -> None:
    """Waits for what is still loading, and for charts to come to rest."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)


def origin(link: str) -> str:
    """http://localhost:8000"""
    parts = urlsplit(link)
    return f"{parts.scheme}://{parts.netloc}"


if __name__ == "__main__":
    main(*sys.argv[1:3])
