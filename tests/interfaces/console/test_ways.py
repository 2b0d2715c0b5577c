"""The library of ways to earn: every strategy has its place, its page, and an example that was worked out."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from regulars.domain.earning.needs import Need
from regulars.domain.earning.rules import strategies_by_name
from regulars.domain.earning.strategy_help import library, worked
from regulars.flows.sign_in import issue_operator_link
from regulars.kernel.words import Money
from tests.factories import Shop

pytestmark = pytest.mark.capability("B8", "B9")


@pytest.fixture
def client(shop: Shop) -> Client:
    """An operator who is signed in."""
    token = issue_operator_link(
        shop.conn, programme=shop.programme, email=f"ada-{shop.programme.code}@example.org", name="Ada",
        now=datetime.now(UTC), lasts=timedelta(minutes=5),
    )  # fmt: skip
    found = Client()
    found.post(f"/console/enter/{token}")
    return found


def text(content: bytes) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", content.decode())).split())


def test_every_strategy_has_its_place_and_an_example_in_which_it_gives_points() -> None:
    found = [strategy for need, strategies in library() for strategy in strategies if need is not Need.own]
    assert {each.name for each in found} == set(strategies_by_name())
    assert [each.name for each in found if not any(_gives(step.points) for step in worked(each))] == []


def _gives(points: object) -> bool:
    return points.amount > 0 if isinstance(points, Money) else points != 0


def test_the_library_is_reached_from_rulebook_and_campaigns(client: Client) -> None:
    for page in ("/console/rulebook/", "/console/campaigns/"):
        assert 'href="/console/rulebook/ways/"' in client.get(page).content.decode(), page
    said = text(client.get("/console/rulebook/ways/").content)
    assert "Reward what they spend" in said
    assert "Bring them back A challenge Three coffees and one review in May" in said
    assert "You use it: 1 point per euro" in said


@pytest.mark.parametrize("name", sorted(strategies_by_name()))
def test_a_page_for_each(client: Client, name: str) -> None:
    strategy = strategies_by_name()[name]
    answer = client.get(f"/console/rulebook/ways/{name}/")
    said = text(answer.content)

    assert answer.status_code == 200
    assert f"strategy: {name}" in said
    for step in worked(strategy):
        assert str(step.why)[1:20] in said or "€" in said, step.why
    for parameter in strategy.Parameters.model_fields:
        assert parameter in said


def test_what_it_says_of_a_challenge(client: Client) -> None:
    said = text(client.get("/console/rulebook/ways/challenge/").content)

    assert "6 Mar 2026 An order of €3.20: 1 × coffee for €3.20. All of it is done" in said
    assert "for how long after joining" in said.lower()
    assert "Whether the reward of a challenge that was completed goes too, you choose" in said
    assert "No rule in force earns like this." in said


def test_one_that_does_not_exist_is_told_in_words(client: Client) -> None:
    answer = client.get("/console/rulebook/ways/gambling/")
    assert answer.status_code == 404
    assert "There is no such way to earn" in text(answer.content)
