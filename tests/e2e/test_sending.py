"""Points from member to member in a browser: from the portal and from the counter, in every dress."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize, expect

from regulars.database.pool import connection
from regulars.flows.sign_in import issue_member_link, issue_operator_link
from tests.e2e.browsing import Watched
from tests.factories import RULEBOOK, Shop, open_shop

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1440, "height": 900}
MODES: dict[str, dict[str, Any]] = {
    "light": {"viewport": DESK, "color_scheme": "light"},
    "dark": {"viewport": DESK, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "color_scheme": "light", "has_touch": True},
    "arabic": {"viewport": PHONE, "color_scheme": "dark"},
}
Look = Callable[[str], None]


@pytest.fixture(scope="module")
def club(database_url: str) -> Iterator[tuple[Shop, UUID, UUID]]:
    """A shop that lets its members send points; Ada, who has many, and Ben."""
    terms = {
        "allowed": True,
        "least": 5,
        "most": 500,
        "per_day": 2_000,
        "fee": {"points": 2},
        "cancel_within": "3 days",
    }
    now = datetime.now(UTC).replace(microsecond=0)
    with connection() as conn:
        shop = open_shop(conn, RULEBOOK | {"transfers": terms}, now=now)
        ada = shop.enrol(name="Ada Lovelace", email="ada@example.com", enrolled_at=now - timedelta(days=90))
        ben = shop.enrol(name="Ben Kaya", email="ben@example.com", enrolled_at=now - timedelta(days=90))
        for days in (80, 40):
            shop.buy(ada, "400.00", at=now - timedelta(days=days))
        yield shop, ada, ben


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def window(browser: Browser, mode: str, address: str) -> Iterator[BrowserContext]:
    made = browser.new_context(**MODES[mode])
    if mode == "arabic":
        made.add_cookies([{"name": "django_language", "value": "ar", "url": address}])
    yield made
    made.close()


def looker(watched: Watched, pictures: Path, prefix: str, mode: str) -> Look:
    """Proves a page and keeps a picture of it."""

    def look(name: str) -> None:
        watched.assert_fit()
        watched.page.screenshot(path=pictures / f"{prefix}-{name}-{mode}.png", full_page=True)

    return look


@pytest.mark.capability("E3")
def test_a_member_sends_points_and_takes_them_back(
    window: BrowserContext, mode: str, club: tuple[Shop, UUID, UUID], address: str, pictures: Path
) -> None:
    shop, ada, ben = club
    before = shop.points(ada), shop.points(ben)
    watched = Watched(window, address)
    page, look = watched.page, looker(watched, pictures, "send", mode)
    token = issue_member_link(shop.conn, programme=shop.programme, member_id=ada, now=datetime.now(UTC))
    watched.open(f"/me/sign-in/{token}/")
    page.get_by_role("main").get_by_role("button").click()
    page.wait_for_url("**/me/")
    look("home")
    page.locator("a[href='/me/send/']").click()
    look("form")

    page.locator("[name=to]").fill("nobody@example.com")
    page.locator("[name=points]").fill("4")
    page.get_by_role("main").locator("form button").click()
    look("refused")

    page.locator("[name=to]").fill("ben@example.com")
    page.locator("[name=points]").fill("30")
    page.locator("[name=message]").fill("For lunch")
    page.get_by_role("main").locator("form button").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ben K.")
    look("confirm")
    page.get_by_role("main").locator("form button").dblclick()
    page.wait_for_url("**/me/send/*-*/")
    assert (shop.points(ada), shop.points(ben)) == (before[0] - 32, before[1] + 30), "a double click sends once"
    look("sent")

    watched.open("/me/activity/")
    look("activity")
    page.locator("a[href$='/take-back']").first.click()
    look("take-back")
    page.get_by_role("main").locator("form button").click()
    page.wait_for_url("**/me/send/*-*/")
    assert (shop.points(ada), shop.points(ben)) == before
    look("back")


@pytest.mark.capability("E3")
def test_the_counter_sends_points(
    window: BrowserContext, mode: str, club: tuple[Shop, UUID, UUID], address: str, pictures: Path
) -> None:
    shop, ada, ben = club
    before = shop.points(ada), shop.points(ben)
    watched = Watched(window, address)
    page, look = watched.page, looker(watched, pictures, "counter", mode)
    token = issue_operator_link(
        shop.conn, programme=shop.programme, email="counter@example.org", name="Counter", now=datetime.now(UTC),
        lasts=timedelta(minutes=5),
    )  # fmt: skip
    watched.open(f"/console/enter/{token}")
    page.get_by_role("main").get_by_role("button").click()
    page.wait_for_url("**/console/")

    watched.open(f"/console/members/{ada}/")
    page.get_by_role("main").locator(f"a[href='/console/members/{ada}/send']").click()
    page.locator("#other-member").fill("kaya")
    page.locator("#other-member").press("Enter")
    look("search")
    page.locator(f"a[href='?to={ben}']").click()
    look("form")
    page.locator("#id_points").fill("40")
    page.get_by_role("main").locator("form button").first.click()
    expect(page.get_by_role("main")).to_contain_text("Ben Kaya")
    look("preview")
    page.locator("form:has([name=confirmed]) button").dblclick()
    page.wait_for_url(f"**/console/members/{ada}/")
    assert (shop.points(ada), shop.points(ben)) == (before[0] - 42, before[1] + 40)
    look("member")
    page.locator("a[href$='/take-back']").first.click()
    look("take-back")
    page.get_by_role("main").locator("form button").click()
    page.wait_for_url(f"**/console/members/{ada}/")
    assert (shop.points(ada), shop.points(ben)) == before
    look("back")
