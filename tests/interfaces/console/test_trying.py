"""Trying the rules at the console: somebody known, somebody new, a later day, an older version, a draft."""

from __future__ import annotations

import copy
import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml

from regulars.kernel.clock import utc_now
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop
from tests.interfaces.console.test_rulebook import _signed_in

pytestmark = pytest.mark.database


def tried(shop: Shop, *, status: int = 200, amount: str = "20.00", **fields: Any) -> str:
    """The page after a cart of coffee."""
    client = _signed_in(shop)
    lines = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 0, "0-name": "Espresso", "0-category": "coffee", "0-quantity": "1"}
    sent = {f"lines-{name}": value for name, value in (lines | {"0-amount": amount}).items()}
    sent |= {"who": "", "occurred_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M}", "rules": "", "text": ""} | fields
    with nothing_changes(shop):
        answer = client.post("/console/rulebook/try/", sent)
    assert answer.status_code == status
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def test_the_form_is_one_click_from_the_rulebook(shop: Shop) -> None:
    client = _signed_in(shop)
    assert 'href="/console/rulebook/try/"' in client.get("/console/rulebook/").content.decode()
    assert "Nothing tried yet" in client.get("/console/rulebook/try/").content.decode()


def test_somebody_known_by_their_number(shop: Shop) -> None:
    shop.now = utc_now()
    shop.buy(shop.enrol("C-7"), "190.00")
    page = tried(shop, who="C-7")
    assert re.search(r"1 point per euro Until [^+]* \+20", page)
    assert "From Bronze to Silver" in page
    assert "€20.00 at 1 for every €1.00 gives 20" in page
    assert "Points 230" in page


def test_somebody_new_on_a_later_day(shop: Shop) -> None:
    document = copy.deepcopy(RULEBOOK)
    document["earn_rules"].append(
        {"id": "hello", "name": "Hello", "on": "member.enrolled", "earn": {"strategy": "fixed_bonus", "points": 30}}
    )
    shop.publish(document)
    page = tried(shop, occurred_at=f"{datetime.now(UTC) + timedelta(days=40):%Y-%m-%dT%H:%M}")
    assert re.search(r"And for joining Hello Until [^+]* \+30", page)
    assert "Points 70" in page


def test_an_older_version_and_a_draft(shop: Shop) -> None:
    double = copy.deepcopy(RULEBOOK)
    double["earn_rules"][0] |= {"name": "2 points per euro", "earn": {"strategy": "points_per_amount", "points": 2}}
    shop.publish(double)
    assert "2 points per euro : +40" in tried(shop)
    assert "1 point per euro : +20" in tried(shop, rules="1")
    double["earn_rules"][0]["name"] = "Never published"
    assert "Never published : +40" in tried(shop, rules="text", text=yaml.safe_dump(double))


def test_what_cannot_be_tried_says_why(shop: Shop) -> None:
    assert "Nobody here has this number, e-mail, phone or card." in tried(shop, status=422, who="stranger")
    assert "Paste the rulebook, or choose other rules." in tried(shop, status=422, rules="text")
    assert "The rulebook is not valid" in tried(shop, status=422, rules="text", text="rulebook: 1")
    assert "is before 1995" in tried(shop, status=422, occurred_at="1990-01-01T10:00")
