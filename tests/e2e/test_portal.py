"""The members' pages in a browser: from the link to the code and back, and every page fit in every dress."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize, expect

from regulars.domain.rewards.contracts import RewardDraft
from regulars.flows.redeem_reward import redeem_reward
from regulars.flows.save_reward import save_reward
from regulars.flows.sign_in import issue_member_link
from tests.e2e.browsing import Watched
from tests.factories import RULEBOOK, Shop, open_shop

Enter = Callable[[BrowserContext, UUID], Watched]
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1440, "height": 900}
MODES: dict[str, dict[str, Any]] = {
    "light": {"viewport": DESK, "color_scheme": "light"},
    "dark": {"viewport": DESK, "color_scheme": "dark"},
    "arabic": {"viewport": PHONE, "color_scheme": "light"},
    "turkish": {"viewport": PHONE, "color_scheme": "dark", "has_touch": True},
    "phone": {"viewport": PHONE, "color_scheme": "light", "has_touch": True},
}
LANGUAGES = {"arabic": "ar", "turkish": "tr"}
PAGES = (
    "/me/",
    "/me/activity/",
    "/me/activity/?before=3",
    "/me/points/",
    "/me/messages/",
    "/me/rewards/",
    "/me/rewards/{open}/",
    "/me/rewards/{open}/redeem",
    "/me/rewards/{far}/",
    "/me/rewards/mine/",
    "/me/rewards/mine/{redemption}/",
    "/me/rewards/mine/{redemption}/undo",
    "/me/card/",
    "/me/tier/",
    "/me/earn/",
    "/me/challenges/",
    "/me/profile/",
)


@pytest.fixture
def enter(shop: Shop, address: str) -> Enter:
    """Signs a member in by a one-time link, as a person does."""

    def entered(context: BrowserContext, member: UUID) -> Watched:
        token = issue_member_link(shop.conn, programme=shop.programme, member_id=member, now=datetime.now(UTC))
        watched = Watched(context, address)
        watched.open(f"/me/sign-in/{token}/")
        watched.page.get_by_role("main").get_by_role("button").click()
        watched.page.wait_for_url("**/me/")
        return watched

    return entered


@pytest.fixture(scope="session")
def catalogue(shop: Shop, lisa: UUID) -> dict[str, object]:
    """Rewards near and far, and one that Lisa has redeemed."""

    def saved(name: str, price: int, **more: Any) -> int:
        draft = RewardDraft(
            code=name, type="discount_voucher", name=name, price=price, **{"parameters": {"amount": "2.50"}} | more
        )
        return save_reward(shop.conn, draft, programme_id=shop.programme.id, now=shop.now, by="tests").id

    opened = saved("Free coffee", 150, description="Any cup, any size, at any of our shops.")
    far = saved("Dinner for two", 2_400, parameters={"amount": "60", "minimum_order": "80"})
    saved("Breakfast", 1_600, parameters={"percent": "50"})
    saved("Calendar", 40, stock=0)
    done = redeem_reward(
        shop.conn, programme_id=shop.programme.id, member_id=lisa, reward_id=opened, now=shop.now, by="tests"
    )
    return {"open": opened, "far": far, "redemption": done.id}


def test_from_the_link_to_the_code_and_back(
    browser: Browser, enter: Enter, shop: Shop, catalogue: dict[str, object]
) -> None:
    member = shop.enrol(name="Nora Berg", enrolled_at=shop.now - timedelta(days=3))
    shop.buy(member, "180.50", at=shop.now - timedelta(days=2))
    context = browser.new_context(viewport=PHONE, color_scheme="light", has_touch=True)
    watched = enter(context, member)
    page = watched.page

    expect(page.get_by_role("heading", level=1)).to_contain_text("Nora")
    expect(page.get_by_role("region", name="Points")).to_contain_text("230")
    page.get_by_text("why?").first.click()
    expect(page.get_by_text("€180.50 at 1 for every €1.00 gives 180.5, rounded down to 180.")).to_be_visible()
    watched.assert_fit()

    page.get_by_role("link", name="Free coffee").first.click()
    page.get_by_role("link", name="Redeem").click()
    page.get_by_role("button", name="Yes, redeem").dblclick()
    page.wait_for_url("**/rewards/mine/*/")

    code = page.locator("[data-code]")
    assert len(code.inner_text()) == 19
    expect(page.get_by_role("img", name="The code of this reward").locator("svg")).to_be_visible()
    assert shop.points(member) == 80, "a double click redeems once"
    watched.assert_fit()

    page.get_by_role("link", name="Undo").click()
    page.get_by_role("button", name="Yes, undo").click()
    expect(page.get_by_role("status").filter(has_text="100")).to_have_count(0)
    expect(page.get_by_text("150 points are yours again")).to_be_visible()
    assert shop.points(member) == 230
    watched.assert_fit()

    page.get_by_role("navigation", name="Pages").get_by_role("link", name="You").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/me/sign-in/")
    context.close()


@pytest.mark.parametrize("mode", MODES)
def test_every_page_is_fit(
    mode: str,
    browser: Browser,
    enter: Enter,
    lisa: UUID,
    catalogue: dict[str, object],
    address: str,
    pictures: Path,
) -> None:
    context = browser.new_context(**MODES[mode])
    watched = enter(context, lisa)
    if mode in LANGUAGES:
        context.add_cookies([{"name": "django_language", "value": LANGUAGES[mode], "url": address}])
    for number, path in enumerate(PAGES):
        watched.open(path.format(**catalogue))
        tall = mode in ("phone", "turkish")
        watched.page.screenshot(path=pictures / f"portal-{number:02}-{mode}.png", full_page=tall)
        watched.assert_fit()
        assert watched.page.locator("html").get_attribute("dir") == ("rtl" if mode == "arabic" else "ltr")
    context.close()


@pytest.mark.parametrize("mode", ["phone", "turkish", "arabic"])
def test_the_door_is_fit(mode: str, browser: Browser, shop: Shop, lisa: UUID, address: str, pictures: Path) -> None:
    context = browser.new_context(**MODES[mode])
    if mode in LANGUAGES:
        context.add_cookies([{"name": "django_language", "value": LANGUAGES[mode], "url": address}])
    watched = Watched(context, address)
    now = datetime.now(UTC)
    token = issue_member_link(shop.conn, programme=shop.programme, member_id=lisa, now=now)
    old = issue_member_link(shop.conn, programme=shop.programme, member_id=lisa, now=now, lasts=timedelta(minutes=-1))
    watched.open("/me/sign-in/")
    watched.assert_fit()
    watched.page.screenshot(path=pictures / f"portal-door-{mode}.png")
    watched.page.get_by_role("textbox").fill("nobody")
    watched.page.get_by_role("main").get_by_role("button").click()
    watched.page.wait_for_load_state()
    watched.assert_fit()
    watched.page.screenshot(path=pictures / f"portal-door-wrong-{mode}.png")
    watched.open(f"/me/sign-in/{token}/")
    watched.assert_fit()
    watched.page.screenshot(path=pictures / f"portal-door-link-{mode}.png")
    watched.page.goto(f"{address}/me/sign-in/{old}/")
    watched.page.screenshot(path=pictures / f"portal-door-old-{mode}.png")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_long_names_large_numbers_and_a_pale_colour_fit_a_small_phone(
    scheme: Literal["light", "dark"], browser: Browser, shop: Shop, address: str, pictures: Path
) -> None:
    document = RULEBOOK | {"name": "Feinkost Donaudampfschifffahrtsgesellschaft & Söhne"}
    house = open_shop(shop.conn, document, now=shop.now)
    house.conn.execute("update programmes_programme set accent = '#ffd400' where id = %s", [house.programme.id])
    member = house.enrol(name="Wolfeschlegelsteinhausenbergerdorff von und zu Hohenlohe", enrolled_at=shop.now)
    house.buy(member, "9876543.21", at=shop.now)
    draft = RewardDraft(
        code="long", type="discount_voucher", price=98_765_432, parameters={"amount": "99999.99"},
        name="Donaudampfschifffahrtsgesellschaftskapitänsmütze with a very long explanation in its name",
    )  # fmt: skip
    save_reward(house.conn, draft, programme_id=house.programme.id, now=shop.now, by="tests")
    context = browser.new_context(viewport={"width": 320, "height": 640}, color_scheme=scheme, has_touch=True)
    watched = Watched(context, address)
    token = issue_member_link(house.conn, programme=house.programme, member_id=member, now=datetime.now(UTC))
    watched.open(f"/me/sign-in/{token}/")
    watched.assert_fit()
    watched.page.get_by_role("main").get_by_role("button").click()
    watched.page.wait_for_url("**/me/")
    for name in ("", "activity/", "rewards/", "card/", "tier/", "profile/"):
        watched.open(f"/me/{name}")
        for why in watched.page.get_by_text("why?").all():
            why.click()
        watched.page.screenshot(path=pictures / f"portal-long-{name.replace('/', '-')}{scheme}.png", full_page=True)
        watched.assert_fit()
    context.close()


@pytest.mark.parametrize("mode", ["light", "phone", "arabic"])
def test_a_new_member_sees_pages_to_be_proud_of(
    mode: str, browser: Browser, enter: Enter, shop: Shop, address: str, pictures: Path
) -> None:
    context = browser.new_context(**MODES[mode])
    watched = enter(context, shop.enrol(name="Ümit"))
    if mode in LANGUAGES:
        context.add_cookies([{"name": "django_language", "value": LANGUAGES[mode], "url": address}])
    for name in ("", "activity/", "rewards/", "rewards/mine/", "tier/"):
        watched.open(f"/me/{name}")
        watched.page.screenshot(path=pictures / f"portal-new-{name.replace('/', '-')}{mode}.png")
        watched.assert_fit()
    context.close()
