"""The clock of a sandbox in a browser: a year passes while one looks on, and every page says which day it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from regulars.database.pool import connection
from regulars.domain.programmes.queries import clock, programme_now
from regulars.flows.sign_in import issue_member_link, issue_operator_link
from regulars.kernel.clock import local_day
from tests.e2e.browsing import Watched
from tests.e2e.test_console_pages import MODES
from tests.factories import Shop, open_shop

Enter = Callable[[BrowserContext], Watched]
PAGES = ("/console/", "/console/members/", "/console/members/{member}/", "/console/rulebook/", "/console/clock/")


@pytest.fixture(scope="module")
def sandbox(database_url: str) -> Iterator[Shop]:
    """A sandbox with one gold member, founded now."""
    with connection() as conn:
        yield open_shop(conn, now=datetime.now(UTC).replace(microsecond=0), sandbox=True)


@pytest.fixture(scope="module")
def member(sandbox: Shop) -> UUID:
    made = sandbox.enrol("P-1", name="Pia Player")
    sandbox.buy(made, "600.00")
    return made


@pytest.fixture
def enter(sandbox: Shop, address: str) -> Enter:
    """Signs an operator of the sandbox in."""

    def entered(context: BrowserContext) -> Watched:
        token = issue_operator_link(
            sandbox.conn,
            programme=sandbox.programme,
            email="player@example.org",
            name="Pat Player",
            now=datetime.now(UTC),
            lasts=timedelta(minutes=5),
        )
        watched = Watched(context, address)
        watched.open(f"/console/enter/{token}")
        watched.page.get_by_role("main").get_by_role("button").click()
        watched.page.wait_for_url("**/console/")
        return watched

    return entered


@pytest.mark.parametrize("mode", MODES)
def test_every_page_says_which_day_it_is(
    mode: str, browser: Browser, enter: Enter, sandbox: Shop, member: UUID, address: str, pictures: Path
) -> None:
    context = browser.new_context(**MODES[mode])
    watched = enter(context)
    if mode == "arabic":
        context.add_cookies([{"name": "django_language", "value": "ar", "url": address}])
    for number, path in enumerate(PAGES):
        watched.open(path.format(member=member))
        watched.assert_fit()
        strip = watched.page.locator("header a[href='/console/clock/']")
        assert strip.is_visible()
        year = programme_now(sandbox.conn, programme_id=sandbox.programme.id, at=datetime.now(UTC)).year
        assert str(year) in strip.inner_text()
        watched.page.screenshot(path=pictures / f"clock-{number}-{mode}.png", full_page=mode == "phone")
    context.close()


def test_a_year_passes_while_one_looks_on(
    context: BrowserContext, enter: Enter, sandbox: Shop, member: UUID, pictures: Path
) -> None:
    watched = enter(context)
    watched.open("/console/clock/")
    before = clock(sandbox.conn, programme_id=sandbox.programme.id).ahead
    watched.page.get_by_role("button", name="In a year").click()
    expect(watched.page.get_by_role("progressbar").first).to_be_visible()
    watched.page.screenshot(path=pictures / "clock-moving.png")
    expect(watched.page.get_by_role("status").get_by_text("days have passed")).to_be_visible(timeout=20_000)

    assert timedelta(days=363) < clock(sandbox.conn, programme_id=sandbox.programme.id).ahead - before
    watched.assert_fit()
    watched.page.screenshot(path=pictures / "clock-moved.png")

    watched.page.get_by_role("button", name="In a month").click()
    expect(watched.page.get_by_text("600 points expired.")).to_be_visible(timeout=20_000)
    assert sandbox.points(member) == 0
    watched.page.reload()
    expect(watched.page.get_by_text("600 points expired.")).to_have_count(0)


def test_a_day_that_has_passed_is_refused_in_words(context: BrowserContext, enter: Enter, sandbox: Shop) -> None:
    watched = enter(context)
    watched.open("/console/clock/")
    before = clock(sandbox.conn, programme_id=sandbox.programme.id)
    watched.page.get_by_label("To a date").fill("2020-01-01")
    watched.page.get_by_role("button", name="Move the clock").click()
    expect(watched.page.get_by_text("A clock cannot go back")).to_be_visible()
    watched.assert_fit()
    assert clock(sandbox.conn, programme_id=sandbox.programme.id) == before


def test_without_scripts_it_goes_on_by_a_button(browser: Browser, enter: Enter, sandbox: Shop) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = enter(context).page
    page.goto(page.url + "clock/")
    before = clock(sandbox.conn, programme_id=sandbox.programme.id).ahead
    now = programme_now(sandbox.conn, programme_id=sandbox.programme.id, at=datetime.now(UTC))
    day = local_day(now, sandbox.programme.time_zone) + timedelta(days=50)
    page.get_by_label("To a date").fill(day.isoformat())
    page.get_by_role("button", name="Move the clock").click()
    expect(page.get_by_text("The clock has stopped on its way.")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("status").get_by_text("50 days have passed.")).to_be_visible()
    assert clock(sandbox.conn, programme_id=sandbox.programme.id).ahead - before > timedelta(days=48)
    context.close()


def test_a_live_programme_has_no_strip_and_no_buttons(
    sign_in: Callable[[BrowserContext], Watched], context: BrowserContext
) -> None:
    watched = sign_in(context)
    assert watched.page.locator("a[href='/console/clock/']").count() == 0
    watched.open("/console/clock/")
    assert watched.page.get_by_text("This programme is live").is_visible()
    assert watched.page.get_by_role("main").get_by_role("button").count() == 0
    watched.assert_fit()


@pytest.mark.parametrize("mode", MODES)
def test_the_portal_says_that_it_is_a_test(
    mode: str, browser: Browser, sandbox: Shop, member: UUID, address: str, pictures: Path
) -> None:
    context = browser.new_context(**MODES[mode])
    if mode == "arabic":
        context.add_cookies([{"name": "django_language", "value": "ar", "url": address}])
    token = issue_member_link(sandbox.conn, programme=sandbox.programme, member_id=member, now=datetime.now(UTC))
    watched = Watched(context, address)
    watched.open(f"/me/sign-in/{token}/")
    watched.page.get_by_role("main").get_by_role("button").click()
    watched.page.wait_for_url("**/me/")
    for number, path in enumerate(("/me/", "/me/activity/")):
        watched.open(path)
        watched.assert_fit()
        assert watched.page.locator("header .badge").is_visible()
        watched.page.screenshot(path=pictures / f"clock-portal-{number}-{mode}.png")
    context.close()
