"""What is known about a member, in a browser: changed by the member and by an operator, in four dresses."""

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

pytestmark = pytest.mark.capability("K3")
RULES = {
    "member_fields": [
        {
            "id": "milk",
            "name": "Milk",
            "kind": "choice",
            "member_may_edit": True,
            "options": [{"id": "cow", "name": "From the cow"}, {"id": "oat", "name": "Oat"}],
        },
        {"id": "cups", "name": "Cups a day", "kind": "number", "member_may_edit": True},
        {"id": "regular", "name": "Comes every day", "kind": "flag"},
    ],
    "consents": [
        {
            "id": "email",
            "name": "News by e-mail",
            "text_version": "3",
            "text": "We write once a month, about coffee and about nothing else.",
        },
        {"id": "sms", "name": "Text messages", "text_version": "1"},
    ],
}


@pytest.fixture
def cafe(database_url: str) -> Iterator[Shop]:
    now = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    with connection() as conn:
        yield open_shop(conn, copy.deepcopy(RULEBOOK) | RULES, now=now)


@pytest.fixture
def mia(cafe: Shop) -> UUID:
    return cafe.enrol(name="Mia Sommer", attributes={"milk": "cow"})


def test_a_member_changes_the_profile_and_switches_a_consent(
    context: BrowserContext, cafe: Shop, mia: UUID, address: str
) -> None:
    watched = as_member(cafe, address, context, mia)
    page = watched.page
    watched.open("/me/profile/")
    watched.assert_fit()
    page.get_by_label("Milk").select_option("oat")
    page.get_by_label("Date of birth").fill("1990-05-01")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_role("region", name="What is stored about you")).to_contain_text("Oat")
    expect(page.get_by_label("Date of birth")).to_have_count(0)
    switch = page.get_by_role("switch", name="News by e-mail")
    expect(switch).to_have_attribute("aria-checked", "false")
    switch.click()
    expect(page.get_by_role("switch", name="News by e-mail")).to_have_attribute("aria-checked", "true")
    watched.assert_fit()


def test_an_operator_changes_the_profile_and_notes_a_consent(
    context: BrowserContext, cafe: Shop, mia: UUID, address: str
) -> None:
    watched = as_operator(cafe, address, context)
    page = watched.page
    watched.open(f"/console/members/{mia}/?tab=about")
    watched.assert_fit()
    page.get_by_role("link", name="Change", exact=True).click()
    watched.assert_fit()
    page.get_by_label("Cups a day").fill("3")
    page.get_by_label("Comes every day").select_option("true")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("region", name="Profile")).to_contain_text("Comes every day")
    page.get_by_role("region", name="Consents").get_by_role("button", name="Note consent").first.click()
    expect(page.get_by_role("region", name="Consents")).to_contain_text("text 3")
    watched.assert_fit()


@pytest.mark.parametrize("dress", DRESSES)
def test_both_pages_fit(browser: Browser, cafe: Shop, mia: UUID, address: str, pictures: Path, dress: str) -> None:
    for who, path in (("member", "/me/profile/"), ("operator", f"/console/members/{mia}/?tab=about")):
        context = dressed(browser, address, dress)
        watched = as_member(cafe, address, context, mia) if who == "member" else as_operator(cafe, address, context)
        watched.open(path)
        watched.assert_fit()
        watched.page.screenshot(path=pictures / f"profile-{who}-{dress}.png", full_page=True)
        context.close()
