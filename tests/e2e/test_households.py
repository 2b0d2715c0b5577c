"""A household in a browser: founded and joined in the portal, used from the pool, shown in the console."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize, expect

from regulars.database.pool import connection
from regulars.flows.sign_in import issue_member_link, issue_operator_link
from tests.e2e.browsing import Watched
from tests.factories.home import Home, open_home

pytestmark = pytest.mark.capability("E3")
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1440, "height": 900}
DRESSES: dict[str, dict[str, Any]] = {
    "light": {"viewport": DESK, "color_scheme": "light"},
    "dark": {"viewport": DESK, "color_scheme": "dark"},
    "phone": {"viewport": PHONE, "color_scheme": "light", "has_touch": True},
    "arabic": {"viewport": PHONE, "color_scheme": "light"},
}


@pytest.fixture
def home(database_url: str) -> Iterator[Home]:
    """A shop of this hour, whose households pool."""
    with connection() as conn:
        yield open_home(conn, at=datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1))


def enter(home: Home, address: str, context: BrowserContext, member: UUID) -> Watched:
    """Signs a member in by a one-time link."""
    token = issue_member_link(home.conn, programme=home.programme, member_id=member, now=datetime.now(UTC))
    watched = Watched(context, address)
    watched.open(f"/me/sign-in/{token}/")
    watched.page.get_by_role("main").get_by_role("button").click()
    watched.page.wait_for_url("**/me/")
    return watched


def test_from_the_invitation_to_the_shared_reward(browser: Browser, home: Home, address: str, pictures: Path) -> None:
    ada, ben = home.enrol(name="Ada Byron"), home.enrol(name="Ben Okri")
    home.buy(ada, "300.00")
    home.buy(ben, "200.00")
    hers = enter(home, address, browser.new_context(**DRESSES["phone"]), ada)
    his = enter(home, address, browser.new_context(**DRESSES["phone"]), ben)

    hers.open("/me/household/")
    hers.assert_fit()
    hers.page.get_by_label("Name of the household").fill("Lovelace")
    hers.page.get_by_role("button", name="Found it").click()
    hers.page.get_by_role("button", name="Make an invitation").click()
    link = hers.page.get_by_role("link", name="Link to send").get_attribute("href")
    assert link is not None
    hers.assert_fit()
    his.open(link.removeprefix(address))
    his.page.get_by_role("button", name="Join", exact=True).click()
    expect(his.page.get_by_role("region", name="You can spend together")).to_contain_text("500")
    expect(his.page.get_by_role("button", name="Make an invitation")).to_have_count(0)
    his.assert_fit()

    his.open(f"/me/rewards/{home.reward(250).id}/redeem")
    expect(his.page.get_by_role("main")).to_contain_text("Whose points pay")
    his.assert_fit()
    his.page.get_by_role("button", name="Yes, redeem").click()
    expect(his.page.get_by_role("region", name="Whose points paid")).to_contain_text("50")
    his.assert_fit()
    his.open("/me/household/")
    his.page.get_by_role("button", name="Leave the household").click()
    expect(his.page.get_by_role("button", name="Join", exact=True)).to_be_visible()
    assert home.points(ben) == 0


@pytest.mark.parametrize("dress", list(DRESSES))
def test_every_page_fits(browser: Browser, home: Home, address: str, pictures: Path, dress: str) -> None:
    ada, ben, eve = home.enrol(name="Ada Byron"), home.enrol(name="Ben Okri"), home.enrol(name="ليلى حداد")
    for member in (ada, ben, eve):
        home.buy(member, "300.00")
    home.found(ada, ben, eve, debit="chosen", limit=400)
    context = browser.new_context(**DRESSES[dress])
    if dress == "arabic":
        context.add_cookies([{"name": "django_language", "value": "ar", "url": address}])
    watched = enter(home, address, context, ada)
    pages = {"household": "/me/household/", "home": "/me/", "redeem": f"/me/rewards/{home.reward(250).id}/redeem"}
    token = issue_operator_link(
        home.conn,
        programme=home.programme,
        email=f"o-{home.programme.code}@example.org",
        name="Ada Moreno",
        now=datetime.now(UTC),
        lasts=timedelta(minutes=5),
    )
    for name, path in pages.items():
        watched.open(path)
        watched.assert_fit()
        watched.page.screenshot(path=pictures / f"household-{name}-{dress}.png", full_page=True)
    watched.open(f"/console/enter/{token}")
    watched.page.get_by_role("main").get_by_role("button").click()
    watched.page.wait_for_url("**/console/")
    watched.open(f"/console/members/{ben}/")
    watched.assert_fit()
    watched.page.screenshot(path=pictures / f"household-console-{dress}.png", full_page=True)
    watched.open(f"/console/members/{ben}/redeem/{home.reward(250).id}")
    watched.assert_fit()
