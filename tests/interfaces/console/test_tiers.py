"""The page of tiers: who stands where; a ladder is changed after a look, and goes back."""

from __future__ import annotations

import copy
import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from regulars.database.pool import Connection
from regulars.domain.programmes.rulebook import Rulebook
from regulars.domain.tiers.queries import standings
from regulars.flows.propose_rulebook import propose_rulebook
from regulars.flows.sign_in import issue_operator_link
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop, open_shop

pytestmark = [pytest.mark.database, pytest.mark.capability("C3")]
FIELDS = {
    "based_on": "1", "on_change": "no_downgrade", "note": "", "name-bronze": "Bronze", "name-silver": "Silver",
    "start-silver": "200.00", "name-gold": "Gold", "start-gold": "500.00", "name-new": "", "start-new": "",
}  # fmt: skip


@pytest.fixture
def shop(conn: Connection) -> Shop:
    return open_shop(conn, now=datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1))


@pytest.fixture
def client(shop: Shop) -> Client:
    token = issue_operator_link(
        shop.conn, programme=shop.programme, email=f"ada-{shop.programme.code}@example.org", name="Ada",
        now=datetime.now(UTC), lasts=timedelta(minutes=5),
    )  # fmt: skip
    client = Client()
    client.post(f"/console/enter/{token}")
    return client


def text(page: bytes) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.decode())).split())


def seen(client: Client, address: str, *, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return text(answer.content)


def test_the_page_says_who_stands_where(shop: Shop, client: Client) -> None:
    silver, close = shop.enrol(name="Ada Byron"), shop.enrol(name="Ben Okri")
    shop.buy(silver, "250.00", at=shop.now - timedelta(days=350))
    shop.buy(close, "170.00")
    shown = seen(client, "/console/tiers/")
    assert "Silver from €200.00 spent 1 member" in shown
    assert "Bronze from the first day 1 member" in shown
    assert "Silver becomes Bronze on" in shown
    assert "Ben Okri Silver is €30.00 spent away." in shown
    assert "Undo the last change" not in shown


def test_a_ladder_is_changed_after_a_look_and_goes_back(shop: Shop, client: Client) -> None:
    ada = shop.enrol(name="Ada Byron")
    shop.buy(ada, "250.00")
    page = "/console/tiers/status/change"
    assert "Change Status" in seen(client, page)
    wish = FIELDS | {"start-silver": "300.00"}
    with nothing_changes(shop):
        look = client.post(page, wish | {"look": ""})
        assert look.status_code == 200
        assert "Up: 0. Down: 0. Kept, though no longer reached: 1. The same: 0." in text(look.content)
        assert "Silver, kept for now 1 Ada Byron" in text(look.content)
        # A second tier from the same score on, and a page that is out of date.
        assert client.post(page, wish | {"start-gold": "300.00", "publish": ""}).status_code == 422
        late = client.post(page, wish | {"based_on": "0", "publish": ""})
        assert late.status_code == 422
        assert "Another version" in text(late.content)
    assert client.post(page, wish | {"on_change": "apply", "publish": ""})["Location"] == "/console/tiers/"
    assert standings(shop.conn, member_ids=[ada])[0].tier == "bronze"
    shown = seen(client, "/console/tiers/")
    assert "Version 2 changed this ladder: 0 went up, 1 went down, 0 were kept." in shown
    assert "Up: 1. Down: 0." in seen(client, "/console/tiers/status/undo")
    client.post("/console/tiers/status/undo")
    assert standings(shop.conn, member_ids=[ada])[0].tier == "silver"
    assert "Version 3 changed this ladder: 1 went up" in seen(client, "/console/tiers/")


def test_a_change_is_priced_on_the_last_twelve_months(shop: Shop, client: Client) -> None:
    page, wish = "/console/tiers/status/change", FIELDS | {"start-silver": "300.00"}
    with nothing_changes(shop):
        assert "There is no history to play yet" in text(client.post(page, wish | {"cost": ""}).content)
    shop.buy(shop.enrol(), "250.00")
    assert "What it would have cost" in text(client.post(page, wish | {"look": ""}).content)
    answer = client.post(page, wish | {"cost": ""}, follow=True)
    assert answer.redirect_chain[0][0].startswith("/console/rulebook/backtests/")
    assert "Change of Status" in text(answer.content)


def test_a_tier_more_and_a_tier_less(shop: Shop, client: Client) -> None:
    shop.buy(shop.enrol(), "250.00")
    wish = FIELDS | {"remove-silver": "on", "name-new": "Pearl", "start-new": "100.00", "publish": ""}
    assert client.post("/console/tiers/status/change", wish).status_code == 302
    shown = seen(client, "/console/tiers/")
    assert "Pearl from €100.00 spent" in shown
    assert "Silver from" not in shown


def test_there_is_nothing_to_change_or_take_back(shop: Shop, client: Client) -> None:
    with nothing_changes(shop):
        seen(client, "/console/tiers/club/change", status=404)
        seen(client, "/console/tiers/club/undo", status=404)
        assert "The ladder gives the same tiers as ever" in seen(client, "/console/tiers/status/undo", status=409)
        assert client.post("/console/tiers/status/undo").status_code == 409


def test_what_waits_shows_whose_tier_goes(shop: Shop, client: Client) -> None:
    guarded = copy.deepcopy(RULEBOOK)
    guarded["ladders"][0]["second_person"] = True
    shop.publish(guarded)
    shop.buy(shop.enrol(), "250.00")
    takes = copy.deepcopy(guarded)
    takes["ladders"][0]["on_change"] = "apply"
    takes["ladders"][0]["tiers"][1]["from_score"] = "300.00"
    propose_rulebook(
        shop.conn, Rulebook.model_validate(takes), of=shop.programme, effective_from=shop.now, note="",
        by="zoe@example.org", now=shop.now,
    )  # fmt: skip
    shown = seen(client, "/console/rulebook/")
    assert "Status: Up: 0. Down: 1. Kept, though no longer reached: 0. The same: 0." in shown
    assert "Silver to Bronze: 1" in shown
