"""The counter sends a member's points to another: found, shown first, sent, said on both pages, taken back."""

from __future__ import annotations

import html
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from regulars.database.pool import Connection
from regulars.kernel.clock import utc_now
from tests.books import findings, nothing_changes
from tests.factories import RULEBOOK, Shop, open_shop
from tests.interfaces.portal.club import text_of
from tests.interfaces.test_console_clock import operator_of

pytestmark = pytest.mark.database

Desk = tuple[Shop, Client, UUID, UUID]


@pytest.fixture
def desk(conn: Connection) -> Desk:
    """A shop, its operator, Ada with 100 points, and Ben."""
    terms = {"allowed": True, "fee": 2, "most": 60, "cancel_within": "1 day"}
    shop = open_shop(conn, RULEBOOK | {"transfers": terms}, now=utc_now().replace(microsecond=0))
    ada, ben = shop.enrol(name="Ada Lovelace"), shop.enrol(name="Ben Kaya", email="ben@example.com")
    shop.buy(ada, "100.00")
    return shop, operator_of(shop), ada, ben


def said(answer: Any) -> str:
    return html.unescape(text_of(answer))


def test_found_shown_sent_and_taken_back(desk: Desk) -> None:
    shop, operator, ada, ben = desk
    here = f"/console/members/{ada}/send"
    assert here in operator.get(f"/console/members/{ada}/").content.decode()
    assert f"?to={ben}" in operator.get(here, {"q": "ben kaya"}).content.decode()
    assert f"?to={ada}" not in operator.get(here, {"q": "ada"}).content.decode()

    wish = {"points": "30", "message": "For lunch"}
    with nothing_changes(shop):
        shown = said(operator.post(f"{here}?to={ben}", wish))
    assert "Ben Kaya gets 30" in shown, shown
    assert "Balance afterwards 68" in shown

    for _ in range(2):  # a double click sends once
        answer = operator.post(f"{here}?to={ben}", wish | {"confirmed": "1", "key": "k" * 20})
        assert answer.status_code == 302
    assert (shop.points(ada), shop.points(ben)) == (68, 30)
    page = operator.get(f"/console/members/{ada}/")
    assert "Ben Kaya has 30 points more." in said(page)
    assert "To Ben Kaya Sent" in said(page)
    assert "For lunch · with a fee of 2" in said(page)
    assert "From Ada Lovelace Received" in said(operator.get(f"/console/members/{ben}/"))
    assert "Sent 30 points" in said(operator.get(f"/console/members/{ada}/", {"tab": "reads"}))

    row = shop.conn.execute("select id from transfers_transfer where sender = %s", [ada]).fetchone()
    assert row is not None
    back = f"/console/members/{ada}/transfers/{row[0]}/take-back"
    assert back in page.content.decode()
    assert "Take 30 points back from Ben Kaya?" in said(operator.get(back))
    assert operator.post(back).status_code == 302
    assert (shop.points(ada), shop.points(ben)) == (100, 0)
    page = operator.get(f"/console/members/{ada}/")
    assert "Back from Ben Kaya Taken back" in said(page)
    assert back not in page.content.decode()
    assert "Taken back by Ada Lovelace" in said(operator.get(f"/console/members/{ben}/"))
    assert findings(shop.conn, shop.programme.organisation_id) == []


@pytest.mark.parametrize(
    ("points", "words"),
    [("61", "That is more than can be sent at once"), ("0", "At least 1."), ("", "required")],
)
def test_refused_under_the_field(desk: Desk, points: str, words: str) -> None:
    shop, operator, ada, ben = desk
    with nothing_changes(shop):
        for more in ({}, {"confirmed": "1", "key": "k" * 20}):
            answer = operator.post(f"/console/members/{ada}/send?to={ben}", {"points": points, "message": "", **more})
            assert (answer.status_code, words in said(answer)) == (422, True), said(answer)


def test_what_another_member_sent_cannot_be_reached(desk: Desk) -> None:
    shop, operator, ada, ben = desk
    operator.post(f"/console/members/{ada}/send?to={ben}", {"points": "10", "confirmed": "1", "key": "k" * 20})
    row = shop.conn.execute("select id from transfers_transfer where sender = %s", [ada]).fetchone()
    assert row is not None
    with nothing_changes(shop):
        answer = operator.post(f"/console/members/{ben}/transfers/{row[0]}/take-back")
    assert (answer.status_code, "There is no such transfer" in said(answer)) == (404, True)


def test_no_way_there_where_it_is_not_allowed(shop: Shop) -> None:
    operator, ada = operator_of(shop), shop.enrol(name="Ada")
    assert "/send" not in operator.get(f"/console/members/{ada}/").content.decode()
