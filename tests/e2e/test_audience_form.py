"""“Gold or Platinum, coffee at least three times in 90 days, agreed to e-mail”: built by hand, counted meanwhile."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from regulars.database.pool import connection
from regulars.domain.audiences.contracts import CONDITIONS, AudienceDraft, Kind
from regulars.domain.audiences.queries import audience
from regulars.domain.events.contracts import OrderLine
from regulars.domain.members.commands import record_consent
from regulars.domain.members.contracts import ConsentState
from regulars.flows.save_audience import save_audience
from tests.e2e.browsing import Watched
from tests.factories import RULEBOOK, Shop, open_shop

pytestmark = pytest.mark.capability("B3")
SignIn = Callable[[BrowserContext], Watched]
LADDER = RULEBOOK["ladders"][0]
RULES: dict[str, Any] = {
    "ladders": [
        LADDER | {"tiers": [*LADDER["tiers"], {"id": "platinum", "name": "Platinum", "from_score": "900.00"}]},
    ],
    "measures": [
        {
            "id": "coffees",
            "name": "Coffees",
            "count": "events",
            "window": "90 days",
            "lines": {"field": "line.category", "is": "coffee"},
        }
    ],
    "consents": [{"id": "email", "name": "News by e-mail", "text_version": "1"}],
}
WANTED = {
    "all": [
        {"field": "member.tier.status", "one_of": ["gold", "platinum"]},
        {"field": "history.coffees", "at_least": 3},
        {"field": "member.consent.email", "is": True},
    ]
}


MARKETER = {"email": "marketer@example.org", "name": "Mira"}
"""Works for this shop alone."""


@pytest.fixture(scope="module")
def shop(database_url: str) -> Iterator[Shop]:
    """Three who fulfil it, and others who miss one thing each."""
    now = datetime.now(UTC).replace(microsecond=0)
    with connection() as conn:
        found = open_shop(conn, RULEBOOK | RULES, now=now)
        for name, price, coffees, agrees in (
            ("Ada Byron", "400.00", 3, True), ("Ben Loy", "200.00", 4, True), ("Çağla Öztürk", "170.00", 5, True),
            ("Dora Keen", "20.00", 3, True), ("Elif Kaya", "400.00", 2, True), ("Frank Ow", "400.00", 3, False),
        ):  # fmt: skip
            member = found.enrol(name=name, enrolled_at=now - timedelta(days=60))
            for number in range(coffees):
                line = OrderLine(amount=Decimal(price), category="coffee", name="Beans")
                found.buy(member, price, lines=[line], at=now - timedelta(days=number + 1))
            place = {"organisation_id": found.programme.organisation_id, "programme_id": found.programme.id}
            if agrees:
                with found.conn.transaction():
                    record_consent(found.conn, member, ConsentState("email", True, "1", now, "tests", "tests"), **place)
        languages = {"field": "member.language", "one_of": ["tr", "ar"]}
        tree = CONDITIONS.validate_python(
            {
                "any": [
                    {"not": {"any": WANTED["all"]}},
                    {"all": [*WANTED["all"], {"any": [WANTED["all"][0], languages]}]},
                ]
            }
        )
        draft = AudienceDraft("many-words", "Many words", Kind.dynamic, tree)
        save_audience(found.conn, draft, programme_id=found.programme.id, now=now, by="olga@example.org")
        yield found


def condition(page: Page, number: int) -> Any:
    return page.get_by_role("group", name=f"Condition {number}", exact=True)


def test_an_audience_is_built_by_hand(sign_in: SignIn, context: BrowserContext, shop: Shop, pictures: Path) -> None:
    watched = sign_in(context, **MARKETER)
    page = watched.page
    watched.open("/console/audiences/new")
    watched.assert_fit()
    seen = page.locator("#audience-seen")
    page.get_by_label("Name", exact=True).fill("Good coffee drinkers")

    condition(page, 1).get_by_label("What is asked").select_option("The member's tier")
    condition(page, 1).get_by_label("How it is compared").select_option("is one of")
    condition(page, 1).get_by_label("Gold").check()
    condition(page, 1).get_by_label("Platinum").check()
    expect(seen).to_contain_text("The member's tier is Gold or Platinum.")
    expect(seen).to_contain_text("5 members")

    page.get_by_role("button", name="Add a condition").click()
    expect(condition(page, 2).get_by_label("What is asked")).to_be_focused()
    condition(page, 2).get_by_label("What is asked").select_option("Coffees")
    condition(page, 2).get_by_label("How it is compared").select_option("is at least")
    value = condition(page, 2).get_by_label("Value")
    value.press_sequentially("three")
    expect(condition(page, 2)).to_contain_text("“three” is not a number.")
    expect(seen).to_contain_text("1 condition is not complete, and not counted yet.")
    watched.assert_fit()
    page.screenshot(path=pictures / "audience-wrong.png", full_page=True)
    expect(value).to_be_focused()
    value.fill("3")
    expect(condition(page, 2)).not_to_contain_text("is not a number.")
    expect(seen).to_contain_text("4 members")
    expect(seen.get_by_role("link", name="Elif Kaya")).to_have_count(0)

    page.get_by_role("button", name="Add a condition").click()
    expect(condition(page, 3).get_by_label("What is asked")).to_be_focused()
    condition(page, 3).get_by_label("What is asked").select_option("Consent to “News by e-mail”")
    condition(page, 3).get_by_label("Value").select_option("given")
    expect(seen).to_contain_text("3 members")
    expect(seen).to_contain_text(
        "The member's tier is Gold or Platinum, and “Coffees” is at least 3, and consent to “News by e-mail” is given."
    )
    expect(seen.get_by_role("link", name="Ada Byron")).to_be_visible()
    expect(seen.get_by_role("link", name="Frank Ow")).to_have_count(0)
    watched.assert_fit()
    page.screenshot(path=pictures / "audience-built.png", full_page=True)

    page.get_by_role("main").get_by_role("button", name="Save").click()
    page.wait_for_url("**/console/audiences/good-coffee-drinkers/")
    found = audience(shop.conn, programme_id=shop.programme.id, code="good-coffee-drinkers")
    assert found is not None
    assert (found.conditions, found.members) == (CONDITIONS.validate_python(WANTED), 3)


def test_it_is_built_with_the_keyboard_alone(sign_in: SignIn, context: BrowserContext, shop: Shop) -> None:
    watched = sign_in(context, **MARKETER)
    page = watched.page
    watched.open("/console/audiences/many-words/edit")
    expect(page.locator("#audience-seen")).to_contain_text(re.compile("[0-9] members? ?of 6"))
    up = page.get_by_role("button", name="Move 2.2 up")
    up.focus()
    page.keyboard.press("Enter")
    moved = page.get_by_role("button", name="Move 2.1 up")
    expect(moved).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Move 2 up", exact=True)).to_be_focused()
    page.get_by_role("button", name="Put 1.1 into a group").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("group", name="Condition 1.1.2", exact=True).get_by_label("What is asked")).to_be_focused()
    page.get_by_role("button", name="Remove 1.1.2").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="The condition was removed.")).to_have_count(1)
    watched.assert_fit()


@pytest.mark.parametrize("look", ["light", "dark", "phone", "arabic", "turkish"])
def test_the_form_fits(sign_in: SignIn, context: BrowserContext, shop: Shop, pictures: Path, look: str) -> None:
    watched = sign_in(context, **MARKETER)
    page = watched.page
    if look == "dark":
        page.emulate_media(color_scheme="dark")
    if look == "phone":
        page.set_viewport_size({"width": 390, "height": 844})
    if look in ("arabic", "turkish"):
        context.add_cookies(
            [{"name": "django_language", "value": {"arabic": "ar", "turkish": "tr"}[look], "url": watched.address}]
        )
    watched.open("/console/audiences/many-words/edit")
    page.locator("#audience-seen .text-2xl").wait_for()
    watched.assert_fit()
    page.screenshot(path=pictures / f"audience-form-{look}.png", full_page=True)


def test_without_scripts_the_same_buttons_do_it(sign_in: SignIn, context: BrowserContext, shop: Shop) -> None:
    cookies = sign_in(context, **MARKETER).page.context.cookies()
    assert context.browser is not None
    plain = context.browser.new_context(java_script_enabled=False)
    plain.add_cookies([{key: each[key] for key in ("name", "value", "domain", "path")} for each in cookies])  # type: ignore[misc]  # what was read is what is written
    watched = Watched(plain, sign_in_address(context))
    page = watched.page
    watched.open("/console/audiences/new")
    page.get_by_label("Name", exact=True).fill("Buyers")
    page.get_by_label("What is asked").select_option("The number of earlier orders")
    page.get_by_role("button", name="Show what follows").click()
    page.get_by_label("How it is compared").select_option("is at least")
    page.get_by_label("Value").fill("3")
    page.get_by_role("button", name="Show what follows").click()
    expect(page.get_by_role("main")).to_contain_text("5 members")
    page.get_by_role("button", name="Add a group").click()
    expect(page.get_by_role("group", name="Group 2")).to_be_visible()
    page.get_by_role("button", name="Remove 2", exact=True).click()
    expect(page.get_by_role("group", name="Group 2")).to_have_count(0)
    page.get_by_role("main").get_by_role("button", name="Save").click()
    page.wait_for_url("**/console/audiences/buyers/")
    plain.close()


def sign_in_address(context: BrowserContext) -> str:
    """Where the site answers, as the signed-in browser knows it."""
    return re.sub(r"(https?://[^/]+).*", r"\1", context.pages[0].url)
