"""The whole round at the counter, as a person does it: enrol, buy, see why, reach a tier, redeem, reverse."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from regulars.domain.ledger.queries import entries
from regulars.domain.members.queries import find_members
from tests.e2e.browsing import Watched
from tests.factories import Shop

SignIn = Callable[[BrowserContext], Watched]


def fact(page: Page, label: str) -> str:
    """A figure of the member's header."""
    return page.locator("dl > div", has=page.get_by_text(label, exact=True)).locator("dd bdi").inner_text()


def toast(page: Page) -> str:
    return page.locator("[data-toast] > span").nth(1).inner_text()


@pytest.mark.capability("A1")
def test_the_whole_round(sign_in: SignIn, context: BrowserContext, shop: Shop, lisa: UUID) -> None:
    watched = sign_in(context)
    page = watched.page

    page.get_by_role("link", name="Enrol a member").click()
    page.get_by_label("Name").fill("Zeynep Kaya <b>")
    page.get_by_label("E-mail").fill("zeynep@example.org")
    page.get_by_role("button", name="Enrol", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Zeynep Kaya <b>")
    assert fact(page, "Balance") == "50"
    assert fact(page, "Status") == "Bronze"

    page.get_by_role("link", name="Record an order").first.click()
    page.get_by_label("Order number").fill("R-1")
    page.locator("#id_lines-0-name").fill("Espresso machine")
    page.locator("#id_lines-0-amount").fill("180.00")
    page.get_by_role("button", name="Another line").click()
    page.locator("#id_lines-1-name").fill("Beans")
    page.locator("#id_lines-1-category").fill("coffee")
    page.locator("#id_lines-1-amount").fill("70.50")
    page.get_by_role("button", name="Record the order").click()
    assert toast(page) == "The order is recorded and earned 320 points."
    assert fact(page, "Balance") == "370"
    assert fact(page, "Status") == "Silver"

    page.locator("summary", has_text="why?").first.click()
    reason = page.locator(".why").first
    expect(reason).to_contain_text("1 point per euro: +250")
    expect(reason).to_contain_text("Double points on coffee: +70")
    expect(reason).to_contain_text("€250.50 at 1 for every €1.00 gives 250.5, rounded down to 250.")

    page.get_by_role("link", name="Redeem €5 voucher").click()
    page.get_by_role("button", name="Redeem").click()
    assert fact(page, "Balance") == "70"
    code = page.locator("td .font-mono").inner_text()
    assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", code)

    page.get_by_role("button", name="Reverse").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Reverse").click()
    assert toast(page) == "€5 voucher is reversed; the member has 300 points back."
    assert fact(page, "Balance") == "370"
    expect(page.get_by_role("cell", name="Reversed")).to_be_visible()
    expect(page.get_by_text(code)).to_have_count(0)

    page.get_by_role("link", name="Who did what").click()
    expect(page.get_by_role("cell", name="Opened this page").first).to_be_visible()
    assert watched.problems == []


@pytest.mark.capability("A1")
def test_points_are_given_with_a_reason(sign_in: SignIn, context: BrowserContext, shop: Shop) -> None:
    member = shop.enrol("H-90", name="Given To", email="given@example.org")
    watched = sign_in(context)
    page = watched.page
    watched.open(f"/console/members/{member}/")
    page.get_by_role("button", name="Give or take points").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="250").click()
    expect(dialog.locator("output")).to_have_text("300")
    dialog.get_by_label("Message to the member").fill("Sorry for the wait")
    dialog.get_by_label("Note").fill("Parcel came late")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator("[data-toast]")).to_contain_text("250 points given to Given To. New balance: 300.")
    page.locator("summary", has_text="why?").first.click()
    expect(page.get_by_text("Note: Parcel came late")).to_be_visible()
    assert shop.points(member) == 300
    assert watched.problems == []


def test_taking_too_much_is_refused_in_the_dialog(sign_in: SignIn, context: BrowserContext, shop: Shop) -> None:
    member = shop.enrol("H-91", name="Taken From", email="taken@example.org")
    before = entries(shop.conn, owner=member, point_type=shop.point_type)
    watched = sign_in(context)
    page = watched.page
    watched.open(f"/console/members/{member}/")
    page.get_by_role("button", name="Give or take points").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Take", exact=True).click()
    dialog.get_by_label("Points", exact=True).fill("51")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.locator("#id_points_error")).to_have_text(
        "There are not enough points. 51 are needed, and 50 are there. Choose a smaller number."
    )
    assert entries(shop.conn, owner=member, point_type=shop.point_type) == before
    assert watched.problems == []


def test_an_order_counts_once(sign_in: SignIn, context: BrowserContext, shop: Shop) -> None:
    member = shop.enrol("H-92", name="Once Only", email="once@example.org")
    watched = sign_in(context)
    page = watched.page
    for _ in range(2):
        watched.open(f"/console/members/{member}/orders/new")
        page.get_by_label("Order number").fill("R-77")
        page.locator("#id_lines-0-amount").fill("10")
        page.get_by_role("button", name="Record the order").click()
    expect(page.locator("#id_number_error")).to_contain_text("This order was counted before.")
    assert shop.points(member) == 60


def test_a_member_without_identity_is_refused(sign_in: SignIn, context: BrowserContext, shop: Shop) -> None:
    watched = sign_in(context)
    watched.open("/console/members/new")
    watched.page.get_by_label("Name").fill("Nobody Knows")
    watched.page.get_by_role("button", name="Enrol", exact=True).click()
    expect(watched.page.get_by_text("Nothing identifies this member.")).to_be_visible()
    assert find_members(shop.conn, programme_id=shop.programme.id, text="Nobody Knows") == []


@pytest.mark.parametrize("text", ["lane lisa", "LISA", "lisa@example", "532 123 45", "+90 (532)", "Lane, Lisa Marie"])
def test_members_are_found_as_one_types(text: str, sign_in: SignIn, context: BrowserContext, lisa: UUID) -> None:
    watched = sign_in(context)
    watched.open("/console/members/")
    watched.page.get_by_label("Search members").press_sequentially(text)
    expect(watched.page.locator("#members tbody tr")).to_have_count(1)
    expect(watched.page.locator("#members")).to_contain_text("Lisa Marie Lane")
    assert "q=" in watched.page.url
    assert watched.problems == []


def test_a_member_is_found_by_card_and_order(sign_in: SignIn, context: BrowserContext, shop: Shop, lisa: UUID) -> None:
    (found,) = find_members(shop.conn, programme_id=shop.programme.id, text="lisa lane")
    number = shop.order(lisa, "5.00")
    assert shop.send(number)[0][0] == 201
    watched = sign_in(context)
    for text in (found.card_number, number.order.number if number.order else ""):
        watched.page.keyboard.press("/")
        watched.page.get_by_role("searchbox", name="Find a member").fill(text)
        expect(watched.page.locator("#quick a")).to_have_count(1)
        expect(watched.page.locator("#quick")).to_contain_text("Lisa Marie Lane")
    watched.page.keyboard.press("ArrowDown")
    watched.page.keyboard.press("Enter")
    watched.page.wait_for_url(f"**/console/members/{lisa}/")


def test_a_sign_in_link_works_once(sign_in: SignIn, context: BrowserContext, shop: Shop) -> None:
    first = sign_in(context)
    used = first.page.evaluate("document.referrer")
    first.page.get_by_label("Your account").click()
    first.page.get_by_role("button", name="Sign out").click()
    first.page.wait_for_url("**/console/sign-in/")
    response = first.page.goto(used)
    assert response is not None
    assert response.status == 410
    expect(first.page.get_by_text("This link was used before")).to_be_visible()


def test_a_reward_is_added_and_changed(sign_in: SignIn, context: BrowserContext, shop: Shop) -> None:
    watched = sign_in(context)
    page = watched.page
    watched.open("/console/rewards/new")
    page.get_by_label("Name").fill("Ten off")
    page.get_by_label("Price in points").fill("0")
    page.get_by_label("Money off the order").fill("10")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#id_price_error")).to_be_visible()
    page.get_by_label("Price in points").fill("900")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Ten off").click()
    page.get_by_label("Units left").fill("2")
    page.get_by_role("button", name="Save").click()
    row = page.get_by_role("row").filter(has_text="Ten off")
    expect(row).to_contain_text("€10.00 off an order.")
    expect(row.get_by_role("cell").last).to_have_text("2")
    assert watched.problems == []


def test_a_percentage_stays_one_when_its_reward_is_changed(
    sign_in: SignIn, context: BrowserContext, shop: Shop
) -> None:
    watched = sign_in(context)
    page = watched.page
    watched.open("/console/rewards/new")
    page.get_by_label("Name").fill("A tenth off")
    page.get_by_label("Price in points").fill("900")
    page.get_by_label("Percent off the order").fill("10")
    page.get_by_label("How long the code works").fill("soon")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("main")).to_contain_text("'soon' is not a period")
    page.get_by_label("How long the code works").fill("2 weeks")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="A tenth off").click()
    expect(page.get_by_label("How long the code works")).to_have_value("2 weeks")
    page.get_by_label("Price in points").fill("800")
    page.get_by_role("button", name="Save").click()
    row = page.get_by_role("row").filter(has_text="A tenth off")
    expect(row).to_contain_text("10% off an order.")
    expect(row).to_contain_text("800")
    assert watched.problems == []


def test_a_page_of_the_statement_never_cuts_an_order_in_two(
    sign_in: SignIn, context: BrowserContext, lisa: UUID
) -> None:
    watched = sign_in(context)
    watched.open(f"/console/members/{lisa}/")
    rows = watched.page.locator("tbody tr")
    expect(rows.last).to_contain_text("2 rules")
    balance = rows.last.get_by_role("cell").last.inner_text()
    given = rows.last.get_by_role("cell").nth(2).inner_text()
    watched.page.get_by_role("link", name="Next").click()
    expect(rows.first).to_contain_text("2 rules")
    older = rows.first.get_by_role("cell").last.inner_text()
    assert int(older.replace(",", "")) == int(balance.replace(",", "")) - int(given)
