"""Back-tests at the console: asked for by a form, watched, read, stopped."""

from __future__ import annotations

import ast
import copy
import html
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from regulars.domain.backtests.queries import backtests
from regulars.flows import backtests as flows
from regulars.flows.backtests.asking import work_backtests
from regulars.flows.backtests.running import here
from regulars.flows.draft_rulebook import open_draft
from regulars.interfaces.console.refusals import in_words
from regulars.kernel.clock import utc_now
from regulars.kernel.errors import Refusal
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop
from tests.interfaces.console.test_rulebook import _signed_in

pytestmark = [pytest.mark.database, pytest.mark.capability("I6")]
LIST = "/console/rulebook/backtests/"


def _text(answer: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def test_a_draft_is_played_and_read_beside_the_live_version(shop: Shop) -> None:
    shop.now = utc_now()
    shop.buy(shop.enrol(), "30.00")
    client = _signed_in(shop)
    draft = copy.deepcopy(RULEBOOK)
    draft["earn_rules"][0] |= {"name": "Two points", "earn": {"strategy": "points_per_amount", "points": 2}}
    sent = {"label": "Twice as much", "share": "1", "spending": "as_they_were", "text": yaml.safe_dump(draft)}
    asked = client.post(LIST, sent)
    assert asked.status_code == 302
    assert "It waits for a worker." in _text(client.get(asked["Location"]))
    assert work_backtests(shop.conn, programme_id=shop.programme.id, clock=utc_now, mapped=here(shop.conn)) == 1
    page = _text(client.get(asked["Location"]))
    assert "1 of 1 members, 2 events" in page
    assert "A sample was played" not in page
    assert "Earned 30 60" in page
    assert "What was earned is worth €0.30 €0.60" in page
    assert "Two points 30 60 1" in page
    assert "Everybody 1 100% 0% +30" in page
    assert "Bronze 1 100% 0% +30" in page
    assert "Points that the draft gives more +30" in page
    assert "On Bronze in the end 1 1" in page
    assert "Twice as much Done" in _text(client.get(LIST))
    watching = client.get(asked["Location"], headers={"HX-Request": "true"})
    assert watching["HX-Refresh"] == "true"


def test_a_version_that_was_published_late_is_spoken_of(shop: Shop) -> None:
    shop.now = utc_now() - timedelta(minutes=5)
    first = shop.now
    shop.buy(shop.enrol(), "30.00")
    shop.later(minutes=1)
    shop.publish(RULEBOOK | {"name": "Corner"}, effective_from=first)
    client = _signed_in(shop)
    sent = {"share": "1", "spending": "as_they_were", "text": yaml.safe_dump(RULEBOOK)}
    asked = client.post(LIST, sent)
    work_backtests(shop.conn, programme_id=shop.programme.id, clock=utc_now, mapped=here(shop.conn))
    assert "Version 2 was published after events that it covers." in _text(client.get(asked["Location"]))


def test_what_members_spend_is_chosen_and_read(shop: Shop) -> None:
    shop.now = utc_now()
    shop.buy(shop.enrol(), "30.00")
    client = _signed_in(shop)
    sent = {"label": "", "share": "1", "spending": "share_of_earned", "rate": "50", "days": "0", "reward": "",
            "every_days": "1", "text": yaml.safe_dump(RULEBOOK)}  # fmt: skip
    asked = client.post(LIST, sent)
    (kept,) = backtests(shop.conn, programme_id=shop.programme.id)
    assert kept.redemptions == {"by": "share_of_earned", "rate": "0.5", "days": 0}
    work_backtests(shop.conn, programme_id=shop.programme.id, clock=utc_now, mapped=here(shop.conn))
    page = _text(client.get(asked["Location"]))
    assert "Members spend 50 % of what they earn, 0 days later." in page
    assert "Redeemed 15 15" in page
    refused = client.post(LIST, sent | {"spending": "as_soon_as_reachable"})
    assert refused.status_code == 422
    assert "There is no reward that members could take" in _text(refused)


def test_it_is_stopped(shop: Shop) -> None:
    client = _signed_in(shop)
    asked = client.post(LIST, {"label": "", "share": "0.1", "spending": "none", "text": yaml.safe_dump(RULEBOOK)})
    page = _text(client.post(asked["Location"], follow=True))
    assert "It was stopped before it was done." in page
    again = _text(client.post(asked["Location"], follow=True))
    assert "The back-test is over" in again


def test_what_cannot_be_played_says_why(shop: Shop) -> None:
    client = _signed_in(shop)
    refused = client.post(LIST, {"label": "", "share": "1", "spending": "as_they_were", "text": "rulebook: 1"})
    assert refused.status_code == 422
    assert "The rulebook is not valid" in _text(refused)
    assert backtests(shop.conn, programme_id=shop.programme.id) == []
    asked = client.post(LIST, {"label": "", "share": "1", "spending": "as_they_were", "text": yaml.safe_dump(RULEBOOK)})
    work_backtests(shop.conn, programme_id=shop.programme.id, clock=utc_now, mapped=here(shop.conn))
    assert "There is no history to play" in _text(client.get(asked["Location"]))


def test_a_draft_is_taken_along(shop: Shop) -> None:
    client = _signed_in(shop)
    text = yaml.safe_dump(RULEBOOK | {"name": "Corner Shop Anew"})
    found = open_draft(shop.conn, of=shop.programme, name="A new name", text=text, by="ada", now=utc_now())
    assert f"{LIST}?draft={found.id}" in client.get(f"/console/rulebook/drafts/{found.id}/").content.decode()
    page = client.get(f"{LIST}?draft={found.id}").content.decode()
    assert "Corner Shop Anew" in page
    assert 'value="A new name"' in page
    assert client.get(f"{LIST}?draft=999999").status_code == 404
    assert client.get(f"{LIST}?draft=x").status_code == 200


NOT_ASKED_HERE = {"on_dask.py"}
"""Clusters are for the command line."""
REFUSALS = {"Refusal", "Conflict", "NotFound"}


def refused() -> set[str]:
    """The codes of the refusals that the flows of back-tests raise."""
    files = [each for each in Path(flows.__path__[0]).rglob("*.py") if each.name not in NOT_ASKED_HERE]
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text()))]
    calls = [each for each in nodes if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)]
    return {ast.literal_eval(each.args[0]) for each in calls if ast.unparse(each.func) in REFUSALS}


def test_every_refusal_of_back_tests_has_words_at_the_console() -> None:
    codes = refused() | {"backtest_not_found"}
    assert {"end_in_future", "no_reward_to_take", "nothing_redeemed", "no_history"} <= codes
    unsaid = {code for code in codes if in_words(Refusal(code, "code", detail="", remedy="")).title == "code"}
    assert not unsaid


def test_a_reward_that_is_not_there_is_said_at_its_field(shop: Shop) -> None:
    shop.now = utc_now()
    shop.buy(shop.enrol(), "30.00")
    client = _signed_in(shop)
    sent = {"share": "1", "spending": "as_soon_as_reachable", "every_days": "1", "text": yaml.safe_dump(RULEBOOK)}
    with nothing_changes(shop):
        answer = client.post(LIST, sent)
    assert answer.status_code == 422
    assert "The catalogue has no active reward that costs points." in _text(answer)
    with nothing_changes(shop):
        answer = client.post(LIST, sent | {"spending": "none", "since": "2999-01-01"})
    assert "The day on which it begins has not come, or lies after the end." in _text(answer)
