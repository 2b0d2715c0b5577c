"""A back-test in the browser: asked for, waited for, read, in every mode in which people look at it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml
from playwright.sync_api import Browser, BrowserContext

from regulars.flows.backtests.asking import work_backtests
from regulars.flows.backtests.running import here
from regulars.kernel.clock import utc_now
from tests.e2e.browsing import Watched
from tests.e2e.test_console_pages import MODES
from tests.factories import RULEBOOK, Shop

pytestmark = pytest.mark.capability("I6")


@pytest.mark.capability("K4")
def test_from_the_form_to_what_was_found(
    browser: Browser, sign_in: Callable[[BrowserContext], Watched], shop: Shop, lisa: UUID, address: str, pictures: Path
) -> None:
    context = browser.new_context(**MODES["light"])
    watched = sign_in(context)
    page = watched.page
    watched.open("/console/rulebook/backtests/")
    draft: dict[str, Any] = copy.deepcopy(RULEBOOK)
    draft["earn_rules"][0]["earn"]["points"] = 2
    page.get_by_label("Your draft").fill(yaml.safe_dump(draft))
    page.get_by_label("What members spend").select_option("share_of_earned")
    page.get_by_text("More about what members spend").click()
    page.get_by_label("Share that is spent, in percent").fill("40")
    page.get_by_label("Days after earning").fill("30")
    page.screenshot(path=pictures / "backtest-form.png", full_page=True)
    page.get_by_role("button", name="Play the history").click()
    page.get_by_text("It waits for a worker.").wait_for()
    watched.assert_fit()
    page.screenshot(path=pictures / "backtest-waiting.png")
    assert work_backtests(shop.conn, programme_id=shop.programme.id, clock=utc_now, mapped=here(shop.conn)) == 1
    page.get_by_text("Members spend 40 % of what they earn, 30 days later.").wait_for()
    found = page.url.removeprefix(address)
    context.close()
    for mode in MODES:
        context = browser.new_context(**MODES[mode])
        watched = sign_in(context)
        if mode == "arabic":
            context.add_cookies([{"name": "django_language", "value": "ar", "url": address}])
        watched.open(found)
        watched.assert_fit()
        watched.page.screenshot(path=pictures / f"backtest-{mode}.png", full_page=True)
        context.close()
