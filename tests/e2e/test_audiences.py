"""At the console: audiences from the list to one of them, a list filled from a file, and the import undone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from regulars.database.pool import connection
from regulars.domain.audiences.contracts import CONDITIONS, AudienceDraft, Kind
from regulars.flows.refresh_audiences import refresh_audience
from regulars.flows.save_audience import save_audience
from tests.e2e.visiting import DRESSES, as_operator, dressed
from tests.factories import RULEBOOK, Shop, open_shop

RULE = {
    "id": "guests", "name": "Ten more for guests", "earn": {"strategy": "fixed_bonus", "points": 10},
    "when": {"field": "member.audience.guests", "is": True},
}  # fmt: skip
BUYERS = {"all": [{"field": "member.orders", "at_least": 2}, {"field": "member.days", "at_least": 7}]}
NAMES = ("Ada Byron", "Ben Okri", "Cem Demir", "Dilan Ay", "Eva Maria von Hohenstein-Ludwigsburg", "Farid Nasser")


def save(shop: Shop, code: str, name: str, conditions: Any = None, *, archived: bool = False) -> None:
    tree = None if conditions is None else CONDITIONS.validate_python(conditions)
    kind = Kind.static if conditions is None else Kind.dynamic
    draft = AudienceDraft(code, name, kind, tree, archived)
    save_audience(shop.conn, draft, programme_id=shop.programme.id, now=shop.now, by="olga@example.org")


@pytest.fixture
def known_shop(database_url: str) -> Iterator[Shop]:
    """A shop whose audiences have a history of forty days."""
    with connection() as conn:
        shop = open_shop(conn, now=datetime.now(UTC).replace(microsecond=0) - timedelta(days=40))
        save(shop, "guests", "Guests of the summer evening")
        save(shop, "buyers", "Came twice", BUYERS)
        save(shop, "others", "The others", {"field": "member.audience.buyers", "is": False})
        save(shop, "old", "Last year's guests", archived=True)
        shop.publish(RULEBOOK | {"earn_rules": [*RULEBOOK["earn_rules"], RULE]}, effective_from=shop.now)
        for number, name in enumerate(NAMES):
            member = shop.enrol(f"G-{number}", name=name, email=f"guest{number}@example.com")
            shop.later(days=6)
            for _ in range(2):
                shop.buy(member, "12.00")
            refresh_audience(shop.conn, programme_id=shop.programme.id, code="others", now=shop.now, by="nightly work")
        yield shop


@pytest.mark.capability("B3")
@pytest.mark.parametrize("dress", DRESSES)
def test_audiences_are_looked_at_filled_and_undone(
    browser: Browser, known_shop: Shop, address: str, pictures: Path, dress: str, tmp_path: Path
) -> None:
    shop = known_shop
    file = tmp_path / "guests.csv"
    file.write_text("Number;Name\n" + "".join(f"G-{each};X\n" for each in (0, 1, 2, 2, 77)), "utf-8")
    context = dressed(browser, address, dress)
    watched = as_operator(shop, address, context)

    def picture(name: str) -> None:
        watched.assert_fit()
        watched.page.screenshot(path=pictures / f"audiences-{name}-{dress}.png", full_page=True)

    watched.open("/console/audiences/")
    picture("list")
    watched.page.get_by_role("link", name="Came twice").click()
    watched.page.wait_for_url("**/audiences/buyers/")
    picture("one")
    watched.open("/console/audiences/buyers/?tab=history")
    picture("history")
    watched.open("/console/audiences/guests/import")
    picture("upload")
    watched.page.locator("input[type=file]").set_input_files(file)
    watched.page.locator("form[enctype] button").click()
    watched.page.wait_for_selector("[name=column]")
    watched.page.locator("[name=column]").select_option("Number")
    watched.page.locator("[name=named_by]").select_option("external_id")
    watched.page.locator("form:has([name=column]) button").click()
    watched.page.wait_for_selector("[value=decide]:enabled")
    picture("look")
    watched.page.locator("[value=decide]").click()
    watched.page.wait_for_url("**/audiences/guests/?tab=runs")
    picture("filled")
    if dress == "light":
        expect(watched.page.get_by_text("The list is filled. 3 joined, 0 left, 3 are in it now.")).to_be_visible()
    watched.page.locator("form[action$='/undo'] button").click()
    watched.page.wait_for_load_state("networkidle")
    if dress == "light":
        expect(watched.page.get_by_text("The import is undone. 0 joined, 3 left, 0 are in it now.")).to_be_visible()
        watched.page.get_by_role("button", name="Archive").click()
        expect(watched.page.get_by_text("The rulebook asks for this audience.")).to_be_visible()
        watched.open("/console/audiences/others/")
        watched.page.get_by_role("button", name="Refresh now").click()
        expect(watched.page.get_by_text("Refreshed.")).to_be_visible()
    watched.open("/console/audiences/buyers/")
    watched.page.locator("table a[href*='/members/']").first.click()
    watched.page.wait_for_load_state("networkidle")
    watched.open(f"{watched.page.url.removeprefix(address)}?tab=audiences")
    picture("member")
    context.close()
