"""In a browser, in four dresses: what goes when is drawn, whose points pay is chosen, and money is typed as money."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from regulars.database.pool import connection
from tests.e2e.visiting import DRESSES, as_member, as_operator, dressed
from tests.factories import RULEBOOK, Shop, open_shop
from tests.factories.home import Home

NOW = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
CREDIT = {"id": "credit", "name": "Credit", "unit": "money", "expiry": {"policy": "after", "period": "20 days"}}
BACK = {"id": "back", "name": "Money back", "point_type": "credit", "earn": {"strategy": "cash_back", "percent": 3}}


@pytest.fixture
def cafe(database_url: str) -> Iterator[Home]:
    """Points that go in a year, and credit that goes within a month; households say who pays."""
    document = copy.deepcopy(RULEBOOK) | {"households": {"allowed": True, "mode": "pool"}}
    document["point_types"].append(CREDIT)
    document["earn_rules"].append(BACK)
    with connection() as conn:
        found = open_shop(conn, document, now=NOW)
        yield Home(found.conn, found.programme, found.now)


@pytest.fixture
def mia(cafe: Home) -> UUID:
    member = cafe.enrol(name="Mia Sommer", enrolled_at=NOW - timedelta(days=300))
    for weeks in range(0, 40, 5):
        cafe.buy(member, f"{40 + 7 * weeks}.00", at=NOW - timedelta(weeks=weeks))
    for days in (3, 9, 12):
        cafe.buy(member, "60.00", at=NOW - timedelta(days=days))
    return member


@pytest.mark.capability("E1")
@pytest.mark.parametrize("dress", DRESSES)
def test_what_goes_when_is_drawn(
    browser: Browser, cafe: Home, mia: UUID, address: str, pictures: Path, dress: str
) -> None:
    member = as_member(cafe, address, dressed(browser, address, dress), mia)
    member.open("/me/points/")
    expect(member.page.locator("[data-chart] svg")).to_have_count(2)
    member.assert_fit()
    member.page.screenshot(path=pictures / f"expiry-member-{dress}.png", full_page=True)
    member.page.context.close()
    watched = as_operator(cafe, address, dressed(browser, address, dress))
    watched.open(f"/console/members/{mia}/?tab=expiry")
    expect(watched.page.locator("[data-chart] svg")).to_have_count(2)
    watched.assert_fit()
    watched.page.screenshot(path=pictures / f"expiry-operator-{dress}.png", full_page=True)
    if dress == "light":
        watched.page.get_by_role("link", name="Give more time: Credit").click()
        expect(watched.page.get_by_role("heading", name="Give more time: Credit")).to_be_visible()
        watched.page.get_by_role("checkbox").first.check()
        watched.page.get_by_label("New last day").fill((NOW + timedelta(days=90)).date().isoformat())
        watched.page.get_by_label("Reason").select_option(index=0)
        watched.page.get_by_role("button", name="Preview").click()
        expect(watched.page.get_by_role("region", name="What will change")).to_contain_text("€")
        watched.assert_fit()
    watched.page.context.close()


@pytest.mark.capability("E3")
@pytest.mark.parametrize("dress", DRESSES)
def test_whose_points_pay_is_chosen(
    browser: Browser, cafe: Home, mia: UUID, address: str, pictures: Path, dress: str
) -> None:
    ben = cafe.enrol(name="Ben Okri")
    cafe.buy(ben, "200.00")
    cafe.found(mia, ben, debit="chosen")
    reward = cafe.reward(250)
    for name, watched, place in (
        ("member", as_member(cafe, address, dressed(browser, address, dress), ben), f"/me/rewards/{reward.id}/redeem"),
        (
            "operator",
            as_operator(cafe, address, dressed(browser, address, dress)),
            f"/console/members/{ben}/redeem/{reward.id}",
        ),
    ):
        watched.open(place)
        watched.page.locator(f"#share-{mia}").fill("49")
        expect(watched.page.locator("output")).to_have_text("249")
        watched.assert_fit()
        watched.page.get_by_role("main").locator("button[type=submit]").click()
        watched.page.get_by_role("alert").wait_for()
        watched.assert_fit()
        watched.page.screenshot(path=pictures / f"shares-{name}-{dress}.png", full_page=True)
        watched.page.locator(f"#share-{ben}").fill("201" if name == "member" else "0")
        if dress == "light" and name == "member":
            expect(watched.page.locator("output")).to_have_text("250")
        watched.page.context.close()


@pytest.mark.capability("D1")
@pytest.mark.parametrize("dress", DRESSES)
def test_money_is_typed_as_money(browser: Browser, database_url: str, address: str, pictures: Path, dress: str) -> None:
    document = copy.deepcopy(RULEBOOK) | {
        "point_types": [CREDIT | {"id": "points"}], "earn_rules": [BACK | {"point_type": "points"}], "ladders": [],
        "returns": {"clawback": "allow_negative"}, "adjustments": {"approval_above": 2_000, "daily_limit": 10_000},
    }  # fmt: skip
    with connection() as conn:
        shop = open_shop(conn, document, now=NOW)
        bea = shop.enrol(name="Bea Lind")
        shop.buy(bea, "100.00")
        watched = as_operator(shop, address, dressed(browser, address, dress))
        watched.open(f"/console/members/{bea}/points")
        watched.page.locator("#id_points").fill("12.34")
        expect(watched.page.locator("output")).to_contain_text("15.34")
        watched.assert_fit()
        watched.page.screenshot(path=pictures / f"money-operator-{dress}.png", full_page=True)
        if dress == "light":
            _given_and_taken(watched.page.context, shop, bea, address, pictures)
        watched.page.context.close()


def _given_and_taken(context: BrowserContext, shop: Shop, bea: UUID, address: str, pictures: Path) -> None:
    """After a return of what was used the member reads what happens next."""
    page = context.pages[0]
    page.locator("input[value=take]").check(force=True)
    page.locator("#id_points").fill("2.50")
    page.locator("#id_reason").select_option(index=0)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("€2.50 taken from Bea Lind. New balance: €0.50.")).to_be_visible()
    bought = shop.buy(bea, "50.00")
    page.goto(f"{address}/console/members/{bea}/points")
    page.locator("input[value=take]").check(force=True)
    page.locator("#id_points").fill("2.00")
    page.locator("#id_reason").select_option(index=0)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("New balance: €0.00.")).to_be_visible()
    shop.give_back(bea, bought)
    member = as_member(shop, address, context, bea)
    expect(member.page.get_by_text("Your balance is below zero for now")).to_be_visible()
    member.assert_fit()
    member.page.screenshot(path=pictures / "money-below-zero.png", full_page=True)
