"""An activity is recorded at the console, in a browser and in four dresses."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from regulars.database.pool import connection
from tests.e2e.visiting import DRESSES, as_operator, dressed
from tests.factories import RULEBOOK, Shop, open_shop

pytestmark = pytest.mark.capability("B2")


@pytest.fixture
def cafe(database_url: str) -> Iterator[Shop]:
    now = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    document = copy.deepcopy(RULEBOOK)
    document["event_types"] = [
        {
            "id": "review.written",
            "once_per": "member+subject",
            "fields": [{"id": "stars", "name": "Stars", "kind": "number"}],
        }
    ]
    document["earn_rules"].append(
        {"id": "review", "name": "Reviews", "on": "review.written", "earn": {"strategy": "fixed_bonus", "points": 50}}
    )
    with connection() as conn:
        yield open_shop(conn, document, now=now)


def test_a_review_is_recorded(context: BrowserContext, cafe: Shop, address: str) -> None:
    mia = cafe.enrol(name="Mia Sommer")
    watched = as_operator(cafe, address, context)
    page = watched.page
    watched.open(f"/console/members/{mia}/")
    page.get_by_role("link", name="Record an activity").click()
    page.get_by_label("What the member did").select_option("survey.answered")
    page.get_by_role("button", name="Show what belongs to it").click()
    expect(page.get_by_label("Stars")).to_have_count(0)
    page.get_by_label("What the member did").select_option("review.written")
    page.get_by_role("button", name="Show what belongs to it").click()
    page.get_by_label("What it was about").fill("Espresso")
    page.get_by_label("Stars").fill("5")
    watched.assert_fit()
    page.get_by_role("button", name="Record the activity").click()
    expect(page.get_by_text("Recorded. It gave 50 points.")).to_be_visible()
    expect(page.get_by_role("table")).to_contain_text("A review")
    watched.assert_fit()


@pytest.mark.parametrize("dress", DRESSES)
def test_the_form_fits(browser: Browser, cafe: Shop, address: str, pictures: Path, dress: str) -> None:
    mia = cafe.enrol(name="Mia Sommer")
    context = dressed(browser, address, dress)
    watched = as_operator(cafe, address, context)
    watched.open(f"/console/members/{mia}/activities/new")
    watched.assert_fit()
    watched.page.screenshot(path=pictures / f"activity-{dress}.png", full_page=True)
    watched.open(f"/console/members/{mia}/")
    watched.assert_fit()
    context.close()
