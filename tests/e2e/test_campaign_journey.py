"""A marketer without training builds the campaign of the issue, reads it, tries it, publishes it; and it holds.

Every interaction is counted by the keystroke-level model (Card, Moran, Newell): K 0.28 s for a key, P 1.1 s to point
and click, H 0.4 s to move the hand between keyboard and mouse, M 1.2 s to think before each step. The sum has to stay
below two minutes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from regulars.database.pool import connection
from regulars.domain.campaigns.queries import budget_uses
from regulars.domain.events.contracts import OrderLine
from tests.e2e.visiting import as_operator, dressed
from tests.factories import Shop, open_shop

pytestmark = pytest.mark.capability("K2")
KEY, POINT, HAND, THINK = 0.28, 1.1, 0.4, 1.2
TWO_MINUTES = 120


class Hands:
    """What a person does, and how long it takes. by_mouse: where the hand is."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.seconds = 0.0
        self.by_mouse = True

    def click(self, what: Locator, name: str) -> None:
        expect(what).to_be_visible()
        what.click()
        self.seconds += THINK + POINT + (0 if self.by_mouse else HAND)
        self.by_mouse = True
        self.steps.append(name)

    def type(self, field: Locator, text: str, name: str, *, is_focused: bool = False) -> None:
        """Clicks into the field, unless it has the focus already, and types."""
        if is_focused:
            expect(field).to_be_focused()
            self.seconds += THINK
        else:
            self.click(field, f"into {name}")
        field.press_sequentially(text)
        self.seconds += (HAND if self.by_mouse else 0) + KEY * len(text)
        self.by_mouse = False
        self.steps.append(f"types {text!r}")

    def read(self, sentence: str) -> None:
        """250 words in a minute."""
        self.seconds += len(sentence.split()) * 60 / 250
        self.steps.append("reads")


@pytest.fixture
def roastery(database_url: str) -> Iterator[Shop]:
    """A shop that opened this morning, with a gold member."""
    with connection() as conn:
        yield open_shop(conn, now=datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1))


def test_double_points_on_coffee_beans_for_gold_at_weekends(
    browser: Browser, roastery: Shop, address: str, pictures: Path
) -> None:
    shop = roastery
    lisa = shop.enrol("C-7", enrolled_at=shop.now - timedelta(minutes=10))
    shop.buy(lisa, "1000.00")
    saturday = (shop.now + timedelta(days=(5 - shop.now.weekday()) % 7 or 7)).replace(hour=11, minute=0, second=0)
    context = dressed(browser, address, "light")
    watched = as_operator(shop, address, context)
    hands = Hands()
    _build(watched.page, hands)
    _read(watched.page, hands)
    watched.assert_fit()
    watched.page.screenshot(path=pictures / "studio-filled.png", full_page=True)
    _try(watched.page, hands, saturday)
    _publish(watched.page, hands)
    watched.assert_fit()
    context.close()
    assert hands.seconds < TWO_MINUTES, f"{len(hands.steps)} interactions, {hands.seconds:.0f} s: {hands.steps}"
    _it_holds(shop, saturday)


def _build(page: Page, hands: Hands) -> None:
    """From the first page of the console: what stands there already is only looked at."""
    hands.click(page.get_by_role("link", name="Campaigns"), "Campaigns")
    hands.click(page.get_by_role("link", name="New campaign").first, "New campaign")
    hands.type(page.get_by_label("Name", exact=True), "Golden weekends", "Name")
    expect(page.get_by_label("What members get")).to_have_value("multiplier")
    expect(page.get_by_label("How many times the points")).to_have_value("2")
    hands.click(page.get_by_role("button", name="A category"), "A category")
    value = page.get_by_role("group", name="Only these articles count").get_by_label("Value")
    hands.type(value, "coffee beans", "Value", is_focused=True)
    hands.click(page.get_by_role("button", name="Gold", exact=True), "Gold")
    hands.click(page.get_by_role("button", name="At weekends"), "At weekends")
    hands.type(page.get_by_label("At most", exact=True), "500", "At most")
    expect(page.get_by_label("How often")).to_have_value("month")
    hands.type(page.get_by_label("Budget", exact=True), "20000", "Budget")


def _read(page: Page, hands: Hands) -> None:
    words = page.get_by_role("region", name="In plain words")
    for said in (
        "2 times the points of “1 point per euro”",
        "if the member's tier is Gold, and the day is Saturday or Sunday",
        "for what you buy where the category is coffee beans",
        "at most 500 points a month for each member",
        "20,000 points for all members together",
    ):
        expect(words).to_contain_text(said)
    hands.read(words.inner_text())


def _try(page: Page, hands: Hands, saturday: datetime) -> None:
    hands.type(page.get_by_role("textbox", name="Member"), "C-7", "Member")
    when = page.get_by_label("When", exact=True)
    when.fill(f"{saturday:%Y-%m-%dT%H:%M}")
    hands.seconds += THINK + POINT + HAND + 8 * KEY
    hands.steps.append("types a date")
    hands.type(page.get_by_label("Category"), "coffee beans", "Category")
    hands.click(page.get_by_role("button", name="Try it"), "Try it")
    expect(page.locator("#studio-tried")).to_contain_text("Golden weekends: +20")
    hands.read("Golden weekends: +20")


def _publish(page: Page, hands: Hands) -> None:
    hands.click(page.get_by_role("button", name="Save in the draft"), "Save in the draft")
    expect(page.get_by_text("Saved in the draft. Members notice nothing until it is published.")).to_be_visible()
    _rests_while_unsaved(page)
    hands.click(page.get_by_role("button", name="Publish now"), "Publish now")
    hands.click(page.get_by_role("dialog").get_by_role("button", name="Publish now"), "Publish now, for sure")
    expect(page.get_by_text("Published. The version is in force.")).to_be_visible()


def _rests_while_unsaved(page: Page) -> None:
    """What is saved is published: so nothing is while something else stands in the form."""
    publish, note = page.get_by_role("button", name="Publish now"), page.get_by_text("There are changes that are not")
    page.get_by_label("Category").fill("tea")  # of the sample order, which is no part of the draft
    expect(publish).to_be_enabled()
    budget = page.get_by_label("Budget", exact=True)
    budget.fill("25000")
    expect(publish).to_be_disabled(timeout=100)  # at once, and not when the server has answered
    expect(note).to_be_visible()
    budget.fill("20000")
    expect(note).to_be_hidden()
    expect(publish).to_be_enabled()


def _it_holds(shop: Shop, saturday: datetime) -> None:
    """Orders of that Saturday earn what the campaign says; the month's limit and the budget hold."""
    gold = [shop.enrol(f"G-{number}", enrolled_at=shop.now) for number in range(41)]
    shop.send(*(shop.order(member, "1000.00") for member in gold))
    bronze = shop.enrol("B-1", enrolled_at=shop.now)
    shop.now = saturday
    first, *others = gold

    def extra(answer: dict[str, Any]) -> int:
        return sum(each["points"] for each in answer["effects"] if each.get("rule") == "golden-weekends")

    beans = [OrderLine(amount=Decimal("300.00"), category="coffee beans"), OrderLine(amount=Decimal("10.00"))]
    assert extra(shop.buy(bronze, "310.00", lines=beans)) == 0
    assert [extra(shop.buy(first, "310.00", lines=beans)) for _ in range(3)] == [300, 200, 0]
    shop.now = saturday + timedelta(days=2)
    assert extra(shop.buy(others[0], "310.00", lines=beans)) == 0

    shop.now = saturday + timedelta(days=7)
    much = [OrderLine(amount=Decimal("600.00"), category="coffee beans")]
    answers = shop.send(*(shop.order(member, "600.00", lines=much) for member in others))
    # 39 members get their 500, together with the first 20,000 points; the last one finds the budget used up.
    assert [extra(answer) for _, answer in answers] == [500] * 39 + [0]
    (use,) = budget_uses(shop.conn, programme_id=shop.programme.id)
    assert use.taken == 20_000
