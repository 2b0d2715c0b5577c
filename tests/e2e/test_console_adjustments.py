"""Giving and taking points at the console: alone, with a second person, undone at once, reversed for ever."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from regulars.domain.adjustments.queries import adjustments_of_member, count_waiting
from regulars.flows.adjust_points import adjust_points
from regulars.kernel.clock import utc_now
from tests.e2e.browsing import Watched
from tests.e2e.test_console_pages import MODES
from tests.factories import Shop

pytestmark = pytest.mark.capability("E4")
SignIn = Callable[..., Watched]
BEN = {"email": "ben@example.org", "name": "Ben Okafor"}


@pytest.fixture
def member(shop: Shop, request: pytest.FixtureRequest) -> UUID:
    """Somebody who has 50 points, and whose name is that of the test."""
    return shop.enrol(name=request.node.name.replace("_", " ")[:60])


def give(watched: Watched, member: UUID, points: int, *, button: str = "Save") -> Page:
    """Opens the box on the member's page, fills it in and sends it."""
    page = watched.page
    watched.open(f"/console/members/{member}/")
    page.get_by_role("button", name="Give or take points").click()
    dialog = page.get_by_role("dialog", name="Give or take points")
    dialog.get_by_label("Points", exact=True).fill(str(points))
    dialog.get_by_role("button", name=button).click()
    page.wait_for_selector("[data-toast]")
    return page


def test_the_box_says_what_is_left_and_when_two_are_needed(
    sign_in: SignIn, context: BrowserContext, member: UUID, shop: Shop
) -> None:
    watched = sign_in(context, **BEN)
    page = watched.page
    watched.open(f"/console/members/{member}/")
    page.get_by_role("button", name="Give or take points").click()
    dialog = page.get_by_role("dialog", name="Give or take points")
    expect(dialog.get_by_text("5,000 of 5,000 points are left for you today.")).to_be_visible()
    expect(dialog.get_by_text("More than 1,000 points at once wait until a colleague approves.")).to_be_visible()
    warning = dialog.get_by_text("This needs the approval of a colleague.")
    expect(warning).to_be_hidden()

    dialog.get_by_label("Points", exact=True).fill("1000")
    expect(dialog.get_by_role("button", name="Save")).to_be_visible()
    expect(warning).to_be_hidden()
    expect(dialog.locator("output")).to_have_text("1,050")
    dialog.get_by_label("Points", exact=True).fill("1001")
    expect(warning).to_be_visible()
    expect(dialog.get_by_role("button", name="Save")).to_be_hidden()
    watched.assert_fit()
    dialog.get_by_role("button", name="Ask for approval").click()

    expect(page.locator("[data-toast]")).to_contain_text("A colleague has to approve 1,001 points")
    expect(page.locator("form[data-undo]")).to_have_count(0)
    assert shop.points(member) == 50
    assert watched.problems == []


def test_a_gift_is_undone_from_the_toast(sign_in: SignIn, context: BrowserContext, member: UUID, shop: Shop) -> None:
    page = give(sign_in(context), member, 200)
    assert shop.points(member) == 250
    undo = page.get_by_role("button", name="Undo")
    left = int(undo.locator("[data-undo-left]").inner_text())
    assert 5 <= left <= 10
    expect(undo.locator("[data-undo-left]")).to_have_text(str(left - 2), timeout=4_000)

    # Two steps of the tabulator from the top of the page: the link to the content, then this.
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(undo).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("[data-toast]")).to_contain_text("Undone: 200 points taken back.")
    assert shop.points(member) == 50
    expect(page.get_by_text("Goodwill, undone")).to_be_visible()


def test_ctrl_z_undoes_and_after_ten_seconds_the_button_is_gone(
    sign_in: SignIn, context: BrowserContext, member: UUID, shop: Shop
) -> None:
    watched = sign_in(context)
    page = give(watched, member, 100)
    page.keyboard.press("Control+z")
    expect(page.locator("[data-toast]")).to_contain_text("Undone")
    assert shop.points(member) == 50

    page = give(watched, member, 100)
    page.get_by_role("button", name="Undo").wait_for(state="detached", timeout=12_000)
    expect(page.locator("[data-toast]")).to_contain_text("100 points given")
    assert shop.points(member) == 150
    assert watched.problems == []


def test_an_entry_is_reversed_for_ever(sign_in: SignIn, context: BrowserContext, member: UUID, shop: Shop) -> None:
    watched = sign_in(context)
    adjust_points(
        shop.conn, programme_id=shop.programme.id, member_id=member, points=300, reason="promotion", now=shop.now,
        by="somebody@example.org",
    )  # fmt: skip
    page = watched.page
    watched.open(f"/console/members/{member}/")
    page.get_by_role("button", name="Reverse").click()
    dialog = page.get_by_role("dialog", name="Reverse this entry?")
    expect(dialog.get_by_text("Takes back up to 300 points")).to_be_visible()
    watched.assert_fit()
    dialog.get_by_role("button", name="Reverse").click()

    expect(page.locator("[data-toast]")).to_contain_text("Reversed: 300 points taken back.")
    expect(page.get_by_text("Promotion, reversed")).to_be_visible()
    expect(page.get_by_role("button", name="Reverse")).to_have_count(0)
    assert shop.points(member) == 50
    assert watched.problems == []


def test_a_double_click_gives_once(sign_in: SignIn, context: BrowserContext, member: UUID, shop: Shop) -> None:
    """The form is sent twice at the same moment, by a browser that holds nothing back."""
    watched = sign_in(context)
    page = watched.page
    watched.open(f"/console/members/{member}/points")
    page.get_by_label("Points", exact=True).fill("70")
    answers = page.evaluate(
        """async () => {
            const form = document.querySelector("form[hx-post]");
            const send = () => fetch(form.action, {method: "POST", body: new FormData(form), redirect: "manual"});
            return (await Promise.all([send(), send(), send()])).map((each) => each.type);
        }"""
    )
    assert answers == ["opaqueredirect"] * 3
    assert shop.points(member) == 120
    assert len(adjustments_of_member(shop.conn, member_id=member)) == 1


def test_a_second_person_approves_and_another_one_is_declined(
    sign_in: SignIn, browser: Browser, context: BrowserContext, member: UUID, shop: Shop
) -> None:
    waiting = count_waiting(shop.conn, programme_id=shop.programme.id)
    asking = sign_in(context)
    for points in (1_500, 2_500):
        give(asking, member, points, button="Ask for approval")
    asking.page.get_by_role("link", name="Approvals").click()
    row = asking.page.get_by_role("listitem").filter(has_text="+1,500")
    expect(row.get_by_role("button", name="Approve")).to_have_count(0)
    expect(row.get_by_text("A colleague decides")).to_be_visible()

    other = browser.new_context()
    deciding = sign_in(other, **BEN)
    page = deciding.page
    link = page.get_by_role("link", name="Approvals")
    expect(link).to_contain_text(str(waiting + 2))
    link.click()
    page.get_by_role("listitem").filter(has_text="+1,500").get_by_role("button", name="Approve").click()
    dialog = page.get_by_role("dialog", name="Approve this?")
    expect(dialog).to_contain_text("gets 1,500 points.")
    expect(dialog).to_contain_text("ada@example.org asked for it.")
    deciding.assert_fit()
    dialog.get_by_role("button", name="Approve").click()
    expect(page.locator("[data-toast]")).to_contain_text("gets 1,500 points.")
    assert shop.points(member) == 1_550

    page.get_by_role("listitem").filter(has_text="+2,500").get_by_role("button", name="Decline").click()
    dialog = page.get_by_role("dialog", name="Decline this?")
    dialog.get_by_label("Why?").fill("The ticket was settled before")
    dialog.get_by_role("button", name="Decline").click()
    expect(page.locator("[data-toast]")).to_contain_text("Declined. No points have moved.")
    assert shop.points(member) == 1_550
    assert count_waiting(shop.conn, programme_id=shop.programme.id) == waiting

    asking.open("/console/approvals/")
    lately = asking.page.get_by_role("region", name="Decided lately")
    expect(lately).to_contain_text("“The ticket was settled before”")
    expect(lately.get_by_text("asked by ada@example.org, decided by ben@example.org").first).to_be_visible()
    asking.assert_fit()

    deciding.open(f"/console/members/{member}/")
    expect(page.get_by_text("by ada@example.org, approved by ben@example.org")).to_be_visible()
    assert asking.problems == deciding.problems == []
    other.close()


@pytest.mark.parametrize("mode", MODES)
def test_the_pages_are_fit_in_every_mode(
    mode: str, sign_in: SignIn, browser: Browser, address: str, member: UUID, shop: Shop, pictures: Path
) -> None:
    found: dict[str, Any] = {"programme_id": shop.programme.id, "member_id": member, "reason": "goodwill"}
    for by, points in (("ada@example.org", 1_200), ("key:web shop", 3_000)):
        adjust_points(
            shop.conn, **found, points=points, now=utc_now(), by=by, note="Parcel came late, ticket 1207",
            message="Sorry for the wait!",
        )  # fmt: skip
    context = browser.new_context(**MODES[mode])
    watched = sign_in(context)
    if mode == "arabic":
        context.add_cookies([{"name": "django_language", "value": "ar", "url": address}])
    page = watched.page
    watched.open("/console/approvals/")
    watched.assert_fit()
    page.screenshot(path=pictures / f"approvals-{mode}.png", full_page=mode == "phone")
    page.locator("[commandfor^=approve]").first.click()
    watched.assert_fit()
    page.screenshot(path=pictures / f"approve-{mode}.png")
    watched.open(f"/console/members/{member}/")
    page.locator("[commandfor=points-dialog]").first.click()
    dialog = page.locator("#points-dialog")
    dialog.locator("#id_points").fill("1500")
    watched.assert_fit()
    page.screenshot(path=pictures / f"box-{mode}.png")
    dialog.locator("#id_points").fill("20")
    dialog.locator("[type=submit]").click()
    page.locator("form[data-undo]").wait_for()
    page.wait_for_timeout(400)  # until the toast has come in
    page.screenshot(path=pictures / f"toast-{mode}.png")
    watched.assert_fit()
    context.close()
