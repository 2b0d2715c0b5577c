"""Tuning in a browser: the form, the page while it waits, and what was found, in every dress."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from regulars.database.pool import connect
from regulars.flows.sign_in import issue_operator_link
from regulars.flows.tuning.asking import Question, ask_tuning, work_tunings
from regulars.flows.tuning.running import here
from regulars.kernel.clock import utc_now
from tests.e2e.browsing import Watched
from tests.e2e.test_console_pages import MODES
from tests.factories import Shop, open_shop
from tests.flows.test_tunings import PRICE, RATE, put_coffee


@pytest.fixture(scope="module")
def tuned(database_url: str) -> Iterator[tuple[Shop, int, int]]:
    """A shop with sixty members, a tuning over a sample of them, and one that waits."""
    shop = open_shop(connect(), now=datetime.now(UTC).replace(microsecond=0) - timedelta(days=120))
    put_coffee(shop)
    members = [shop.enrol() for _ in range(60)]
    for turn in range(3):
        shop.send(*(shop.order(each, f"{4 + (7 * at + 31 * turn) % 60}.30") for at, each in enumerate(members)))
        shop.later(days=40)
    place: dict[str, Any] = {"programme_id": shop.programme.id, "now": shop.now, "by": "grace@example.org"}
    goals: list[dict[str, Any]] = [
        {"goal": "cost_per_order", "at_most": "0.40"}, {"goal": "first_reward_in_time", "days": 90, "at_least": "0.6"},
    ]  # fmt: skip
    question = Question(
        levers=[RATE | {"steps": ["0.5", "1", "1.5", "2"]}, PRICE], margin=Decimal("0.3"), goals=goals,
        share=Decimal("0.75"), label="How much for a euro?",
    )  # fmt: skip
    done = ask_tuning(shop.conn, question, **place)
    assert work_tunings(shop.conn, programme_id=shop.programme.id, clock=utc_now, mapped=here(shop.conn)) == 1
    waiting = ask_tuning(shop.conn, question, **place)
    yield shop, done.id, waiting.id
    shop.conn.close()


@pytest.mark.parametrize("mode", MODES)
def test_a_tuning_is_asked_for_and_read(
    mode: str, browser: Browser, tuned: tuple[Shop, int, int], address: str, pictures: Path
) -> None:
    shop, done, waiting = tuned
    context = browser.new_context(**MODES[mode])
    token = issue_operator_link(
        shop.conn, programme=shop.programme, email="grace@example.org", name="Grace", now=utc_now(),
        lasts=timedelta(minutes=5),
    )  # fmt: skip
    watched = Watched(context, address)
    watched.open(f"/console/enter/{token}")
    watched.page.get_by_role("main").get_by_role("button").click()
    watched.page.wait_for_url("**/console/")
    if mode == "arabic":
        context.add_cookies([{"name": "django_language", "value": "ar", "url": address}])
    pages = {"found": f"{done}/"}
    if mode in ("light", "phone"):
        pages |= {"form": "", "waits": f"{waiting}/"}
    for name, path in pages.items():
        watched.open(f"/console/rulebook/tuning/{path}")
        if name == "found":
            watched.page.locator("[data-chart] svg").wait_for()
        watched.assert_fit()
        watched.page.screenshot(path=pictures / f"tuning-{name}-{mode}.png", full_page=True)
    context.close()
