"""At the console: a rulebook that waits for a second person, and points that a till has set aside."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from regulars.database.pool import connection
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.hold_points import hold_points
from regulars.flows.propose_rulebook import propose_rulebook
from tests.e2e.visiting import DRESSES, as_operator, dressed
from tests.factories import RULEBOOK, Shop, open_shop


@pytest.fixture
def busy_shop(database_url: str) -> Iterator[Shop]:
    """A shop in which a version waits and points are set aside."""
    with connection() as conn:
        shop = open_shop(conn, now=datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1))
        shop.buy(shop.enrol(name="Ben Okri"), "40.00")
        shop.later(minutes=55)
        document = copy.deepcopy(RULEBOOK)
        document["point_types"][0] |= {
            "expiry": {"policy": "after", "period": "0 days"}, "on_expiry_change": "restart_clock",
        }  # fmt: skip
        propose_rulebook(
            shop.conn, Rulebook.model_validate(document), of=shop.programme, effective_from=shop.now,
            note="Points of one day only", by="zoe@example.org", now=shop.now,
        )  # fmt: skip
        yield shop


@pytest.mark.capability("E1")
@pytest.mark.parametrize("dress", DRESSES)
def test_a_rulebook_is_approved_and_points_are_let_go(
    browser: Browser, busy_shop: Shop, address: str, pictures: Path, dress: str
) -> None:
    shop = busy_shop
    ada = shop.enrol(name="Ada Byron")
    shop.buy(ada, "500.00")
    hold_points(
        shop.conn, programme_id=shop.programme.id, member_id=ada, points=400, purpose="Order 4711", now=shop.now,
        by="till", lasts=timedelta(days=1),
    )  # fmt: skip
    context = dressed(browser, address, dress)
    watched = as_operator(shop, address, context)

    watched.open(f"/console/members/{ada}/")
    watched.assert_fit()
    watched.page.screenshot(path=pictures / f"holds-{dress}.png", full_page=True)
    watched.open("/console/rulebook/")
    watched.assert_fit()
    watched.page.screenshot(path=pictures / f"waiting-{dress}.png", full_page=True)
    if dress == "light":
        watched.page.get_by_role("button", name="Approve").first.click()
        watched.page.get_by_role("dialog").get_by_role("button", name="Approve").click()
        expect(watched.page.get_by_text("Approved. The version is published.")).to_be_visible()
        watched.open(f"/console/members/{ada}/")
        watched.page.get_by_role("button", name="Let go: Order 4711").click()
        expect(watched.page.get_by_text("Can be spent again: 400 points.")).to_be_visible()
    context.close()
