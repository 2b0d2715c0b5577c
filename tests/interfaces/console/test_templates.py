"""The gallery in the console."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from regulars.domain.programmes.queries import rulebook_versions
from tests.books import nothing_changes
from tests.factories import Shop
from tests.interfaces.operators import signed_in

pytestmark = pytest.mark.capability("K2")


@pytest.fixture
def client(shop: Shop) -> Client:
    """An operator who is signed in."""
    return signed_in(shop)


def _text(content: bytes) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", content.decode())).split())


def test_the_gallery_says_what_each_costs(client: Client) -> None:
    page = _text(client.get("/console/rulebook/templates/").content)

    assert "The corner café Stamp card A bean for every drink" in page
    assert "Points cost 1.6% of sales" in page


def test_a_template_is_told_in_words_and_taken_over(client: Client, shop: Shop) -> None:
    page = _text(client.get("/console/rulebook/templates/corner-cafe/").content)
    assert "A typical member spends €537.60 96 orders" in page
    assert "A coffee on the house" in page

    answer = client.post("/console/rulebook/templates/corner-cafe/", follow=True)

    assert "“Stamp card” is your rulebook now, version 2." in _text(answer.content)
    assert rulebook_versions(shop.conn, programme_id=shop.programme.id)[0].note == "From the template “Stamp card”"


def test_with_members_there_is_no_button_and_a_post_is_refused(client: Client, shop: Shop) -> None:
    shop.enrol()
    page = client.get("/console/rulebook/templates/corner-cafe/").content.decode()
    assert "Use this template" not in page

    with nothing_changes(shop):
        answer = client.post("/console/rulebook/templates/corner-cafe/")

    assert answer.status_code == 409
    assert "This programme has members already" in _text(answer.content)


def test_an_unknown_template_is_a_page_with_words(client: Client) -> None:
    answer = client.get("/console/rulebook/templates/nothing/")

    assert answer.status_code == 404
    assert "There is no such template" in _text(answer.content)


def test_a_merchant_with_history_tries_a_template_on_it(client: Client, shop: Shop) -> None:
    page = _text(client.get("/console/rulebook/templates/corner-cafe/").content)
    assert "There is nothing to play yet: nobody has bought anything so far." in page
    with nothing_changes(shop):
        answer = client.post("/console/rulebook/templates/corner-cafe/", {"try": "backtest"})
    assert answer.status_code == 409
    assert "There is no history to play yet" in _text(answer.content)
    shop.buy(shop.enrol(), "3.20")

    page = _text(client.get("/console/rulebook/templates/corner-cafe/").content)
    assert "Your history has events of the kind “An order”." in page
    answer = client.post("/console/rulebook/templates/corner-cafe/", {"try": "backtest"}, follow=True)
    assert "Stamp card" in _text(answer.content)
    assert answer.redirect_chain[0][0].startswith("/console/rulebook/backtests/")
    answer = client.post("/console/rulebook/templates/corner-cafe/", {"try": "draft"}, follow=True)
    assert "The draft says what the template says. Nothing of it is published." in _text(answer.content)
    assert len(rulebook_versions(shop.conn, programme_id=shop.programme.id)) == 1
