"""Tunings at the console: ticked in a form, watched, read, stopped, and made a draft of."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from regulars.domain.programmes.queries import draft
from regulars.domain.tunings.queries import tunings
from regulars.flows.tuning.asking import work_tunings
from regulars.flows.tuning.running import here
from regulars.kernel.clock import utc_now
from tests.factories import Shop
from tests.flows.test_tunings import live_on_paper
from tests.interfaces.console.test_backtests import _text
from tests.interfaces.console.test_rulebook import _signed_in

pytestmark = [pytest.mark.database, pytest.mark.capability("I6")]
LIST = "/console/rulebook/tuning/"
SENT = {"margin": "30", "x": "cost_per_order", "y": "first_reward_in_time", "label": "How much?"}


def work(shop: Shop) -> None:
    assert work_tunings(shop.conn, programme_id=shop.programme.id, clock=utc_now, mapped=here(shop.conn)) == 1


def goal(page: str, title: str, bound: str) -> str:
    """The name of the field of a goal's bound."""
    part = page[page.index(title) :]
    start = part.index('name="goal-') + len('name="')
    number = part[start : part.index('"', start)].rsplit("-", 1)[0]
    return f"{number}-{bound}"


def test_settings_are_ticked_and_what_was_found_is_read(shop: Shop) -> None:
    live_on_paper(shop)
    client = _signed_in(shop)
    page = client.get(LIST).content.decode()
    assert "“1 point per euro” gives" in page
    assert 'value="0.5; 0.75; 1; 1.5; 2"' in page
    assert 'value="3; 6; 12; 24; 0"' in page, "months"
    reached = goal(page, "Members who reach a first reward in time", "at_least")
    sent = SENT | {"turn-0": "on", "steps-0": "1, 2; 0,5", reached: "90", "goal-2-days": "90"}
    asked = client.post(LIST, sent)
    assert asked.status_code == 302, _text(asked)
    assert "It waits for a worker." in _text(client.get(asked["Location"]))
    (kept,) = tunings(shop.conn, programme_id=shop.programme.id)
    assert kept.margin == Decimal("0.30")
    assert kept.terms["levers"] == [{"lever": "earn_rate", "target": "base", "steps": ["1", "2", "0.5"]}]
    assert kept.terms["goals"] == [{"goal": "first_reward_in_time", "days": 90, "at_least": "0.9"}]
    work(shop)
    told = _text(client.get(asked["Location"]))
    assert "3 of 3 members and their 7 events, 3 times" in told
    assert "1 combination surely meets it, and 0 perhaps do." in told
    assert "1 €0.875 66.7% As it is On the frontier No 1.00% 3.4%" in told
    assert "2 €1.75 100.0% On the frontier Surely 2.00% 7.1% 3.6% more than today" in told
    assert "None was measured here yet" in told
    assert "best" not in told.replace("nothing is called the best", "")
    assert "a month reaches “Free coffee” after" in told
    assert "How much? Done" in _text(client.get(LIST))
    watching = client.get(asked["Location"], headers={"HX-Request": "true"})
    assert watching["HX-Refresh"] == "true"


def test_a_draft_is_made_of_one(shop: Shop) -> None:
    live_on_paper(shop)
    client = _signed_in(shop)
    page = client.get(LIST).content.decode()
    number = page[: page.index("Steps: “Free coffee” costs")].rsplit('name="steps-', 1)[1].split('"')[0]
    asked = client.post(LIST, SENT | {"turn-0": "on", "steps-0": "2", f"turn-{number}": "on", f"steps-{number}": "25"})
    assert asked.status_code == 302, _text(asked)
    work(shop)
    found = client.get(asked["Location"]).content.decode()
    assert found.count("Make a draft of this one") == 2, "of those that change the rulebook"
    (kept,) = tunings(shop.conn, programme_id=shop.programme.id)
    made = client.post(f"{asked['Location']}draft/3", follow=True)
    told = _text(made)
    assert "The draft is made. Nothing is in force by it." in told
    assert "Change the price of “Free coffee” to 25 in the catalogue." in told
    place = made.redirect_chain[-1][0]
    text = draft(shop.conn, programme_id=shop.programme.id, draft_id=int(place.rstrip("/").rsplit("/", 1)[1])).text
    assert "points: 2" in text
    refused = _text(client.post(f"{asked['Location']}draft/0", follow=True))
    assert "Change prices of rewards in the catalogue" in refused
    assert "Choose one from the table." in _text(client.post(f"{asked['Location']}draft/99", follow=True))
    assert kept.result is None, "the list is without results"


def test_it_is_stopped(shop: Shop) -> None:
    live_on_paper(shop)
    client = _signed_in(shop)
    asked = client.post(LIST, SENT | {"turn-0": "on", "steps-0": "2"})
    page = _text(client.post(asked["Location"], follow=True))
    assert "It was stopped before it was done." in page
    assert "The tuning is over" in _text(client.post(asked["Location"], follow=True))


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"turn-0": ""}, "Tick at least one setting that is to be tried."),
        ({"steps-0": "fast"}, "A step cannot be read"),
        ({"margin": "0"}, "The margin is out of range"),
        ({"margin": "101"}, "The margin is out of range"),
        ({"margin": ""}, "This field is required."),
        ({"y": "cost_per_order"}, "These figures cannot be compared"),
        ({"goal-0-at_most": "300"}, "A goal cannot be read"),
    ],
)
def test_what_cannot_be_played_says_why(shop: Shop, sent: dict[str, Any], told: str) -> None:
    live_on_paper(shop)
    refused = _signed_in(shop).post(LIST, SENT | {"turn-0": "on", "steps-0": "2"} | sent)
    assert refused.status_code == 422
    assert told in _text(refused)
    assert tunings(shop.conn, programme_id=shop.programme.id) == []
