"""At the till, in a browser: points are set aside, paid for an order, let go, and given back; in four dresses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from regulars.database.pool import connection
from regulars.domain.events.contracts import PointsUsed
from regulars.flows.hold_points import hold_points, settle_hold
from tests.e2e.visiting import DRESSES, as_member, as_operator, dressed
from tests.factories import Shop, open_shop

pytestmark = pytest.mark.capability("D3")


@pytest.fixture
def till(database_url: str) -> Iterator[Shop]:
    with connection() as conn:
        yield open_shop(conn, now=datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5))


@pytest.fixture
def mia(till: Shop) -> UUID:
    """Three baskets: one is open, one paid for an order, and one was settled without any."""
    member = till.enrol(name="Mia Sommer")
    till.buy(member, "1000.00")
    place: dict[str, Any] = {"programme_id": till.programme.id, "member_id": member, "now": till.now, "by": "till"}
    first, second, _ = (
        hold_points(till.conn, **place, points=points, purpose=purpose, lasts=timedelta(days=1))
        for points, purpose in ((300, "Basket 4711"), (200, "Basket 4712"), (150, "Basket 4713"))
    )
    till.buy(member, "20.00", points_used=PointsUsed(250, Decimal("2.50"), hold=first.id))
    settle_hold(till.conn, **place, hold_id=second.id, points=120)
    return member


def test_points_are_given_back_and_let_go(context: BrowserContext, till: Shop, mia: UUID, address: str) -> None:
    watched = as_operator(till, address, context)
    page = watched.page
    watched.open(f"/console/members/{mia}/")
    panel = page.get_by_role("main").get_by_role("complementary")
    expect(panel).to_contain_text("paid for order")
    expect(panel.get_by_role("link", name="Give back: Basket 4711")).to_have_count(0)
    panel.get_by_role("link", name="Give back: Basket 4712").click()
    expect(page.get_by_role("heading", name="Give back to Mia Sommer: 120 points?")).to_be_visible()
    watched.assert_fit()
    page.get_by_role("button", name="Give back").click()
    expect(page.get_by_text("This field is required.")).to_be_visible()
    page.get_by_label("Reason").fill("The till had counted it twice")
    page.get_by_role("button", name="Give back").click()
    expect(page.get_by_text("Back with Mia Sommer: 120 points.")).to_be_visible()
    expect(panel).to_contain_text("given back on")
    expect(panel).to_contain_text("The till had counted it twice")
    page.get_by_role("button", name="Let go: Basket 4713").click()
    expect(page.get_by_text("Can be spent again: 150 points.")).to_be_visible()
    expect(panel).to_contain_text("Nothing is set aside now.")
    watched.assert_fit()


@pytest.mark.parametrize("dress", DRESSES)
def test_the_panel_and_the_statement_fit(
    browser: Browser, till: Shop, mia: UUID, address: str, pictures: Path, dress: str
) -> None:
    context = dressed(browser, address, dress)
    watched = as_operator(till, address, context)
    watched.open(f"/console/members/{mia}/")
    watched.assert_fit()
    watched.page.screenshot(path=pictures / f"till-{dress}.png", full_page=True)
    member = as_member(till, address, dressed(browser, address, dress), mia)
    member.open("/me/activity/")
    member.assert_fit()
    member.page.screenshot(path=pictures / f"till-member-{dress}.png", full_page=True)
    member.page.context.close()
    context.close()
