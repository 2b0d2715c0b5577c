"""At the console: a draft is written and published, the old rules come back, and a rule rests; in every dress."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from regulars.database.pool import connection
from regulars.domain.programmes.document_text import written
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.draft_rulebook import open_draft
from tests.e2e.visiting import DRESSES, as_operator, dressed
from tests.factories import RULEBOOK, Shop, open_shop

pytestmark = pytest.mark.capability("K2")


@pytest.fixture
def writing_shop(database_url: str) -> Iterator[Shop]:
    """A shop with two versions, and a draft of which a line is wrong."""
    with connection() as conn:
        shop = open_shop(conn, now=datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1))
        document = copy.deepcopy(RULEBOOK)
        document["earn_rules"][0]["earn"]["points"] = 2
        document["ladders"][0]["tiers"][2]["from_score"] = "400.00"
        shop.later(minutes=5)
        shop.publish(document, effective_from=shop.now)
        text = written(Rulebook.model_validate(document).document()).replace("fixed", "fxied")
        open_draft(
            shop.conn, of=shop.programme, name="Half a draft", by="zoe@example.org", now=shop.now,
            text=text.replace("strategy: multiplier", "strategy: multipliar"),
        )  # fmt: skip
        yield shop


@pytest.mark.parametrize("dress", DRESSES)
def test_a_draft_is_published_and_called_back(
    browser: Browser, writing_shop: Shop, address: str, pictures: Path, dress: str
) -> None:
    shop = writing_shop
    found = open_draft(
        shop.conn, of=shop.programme, name="Spring", by="zoe@example.org", now=shop.now,
        text=written(Rulebook.model_validate(copy.deepcopy(RULEBOOK) | {"name": "Spring Shop"}).document()),
    )  # fmt: skip
    context = dressed(browser, address, dress)
    watched = as_operator(shop, address, context)
    for name, path in (
        ("rulebook", "/console/rulebook/"),
        ("drafts", "/console/rulebook/drafts/"),
        ("draft", f"/console/rulebook/drafts/{found.id}/"),
        ("rules", f"/console/rulebook/drafts/{found.id}/rules/"),
        ("rule", f"/console/rulebook/drafts/{found.id}/rules/coffee/"),
        ("rule-new", f"/console/rulebook/ways/challenge/new?draft={found.id}"),
        ("studio", "/console/campaigns/new"),
        ("draft-wrong", f"/console/rulebook/drafts/{found.id - 1}/"),
        ("versions", "/console/rulebook/versions/"),
        ("changes", "/console/rulebook/2/changes/"),
        ("back", "/console/rulebook/1/back/"),
        ("pausing", "/console/rulebook/pause/"),
        ("history", "/console/rulebook/history/"),
    ):
        watched.open(path)
        watched.assert_fit()
        watched.page.screenshot(path=pictures / f"{name}-{dress}.png", full_page=True)
    if dress == "light":
        watched.open(f"/console/rulebook/drafts/{found.id}/")
        watched.page.get_by_role("button", name="Publish now").click()
        watched.page.get_by_role("dialog").get_by_role("button", name="Publish now").click()
        expect(watched.page.get_by_text("Published. The version is in force.")).to_be_visible()
        watched.open("/console/rulebook/versions/")
        watched.page.get_by_role("link", name="What changed").nth(1).click()
        watched.page.get_by_role("link", name="Go back to this version").click()
        watched.page.get_by_label("Why?").fill("The sale goes on")
        watched.page.get_by_role("button", name="Go back now").click()
        expect(watched.page.get_by_text("The old rules are in force again.")).to_be_visible()
        expect(watched.page.get_by_text("Version 4, in force since")).to_be_visible()
        watched.open("/console/rulebook/pause/")
        watched.page.get_by_role("button", name="Pause: 1 point per euro").click()
        watched.page.get_by_role("dialog").get_by_label("Why?").fill("A wrong rate")
        watched.page.get_by_role("dialog").get_by_role("button", name="Pause").click()
        expect(watched.page.get_by_text("Paused: it gives nothing from now on.")).to_be_visible()
    context.close()
