"""The counter merges two members: found, shown side by side, merged, said on the page, undone."""

from __future__ import annotations

import html
import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from regulars.database.pool import Connection, owning
from regulars.kernel.clock import utc_now
from tests.books import findings, nothing_changes
from tests.factories import RULEBOOK, Shop, open_shop
from tests.interfaces.portal.club import text_of
from tests.interfaces.test_console_clock import operator_of

pytestmark = pytest.mark.database

Desk = tuple[Shop, Client, UUID, UUID]


@pytest.fixture
def desk(conn: Connection) -> Desk:
    """A shop, its operator, Ada with 100 points, and Ada once more with 250."""
    shop = open_shop(conn, RULEBOOK, now=utc_now().replace(microsecond=0))
    ada, twin = shop.enrol(name="Ada Lovelace"), shop.enrol(name="A. Lovelace", email="ada@example.com")
    shop.buy(ada, "100.00")
    shop.buy(twin, "250.00")
    return shop, operator_of(shop), ada, twin


def said(answer: Any) -> str:
    return html.unescape(text_of(answer))


def test_found_shown_merged_and_undone(desk: Desk) -> None:
    shop, operator, ada, twin = desk
    here, page = f"/console/members/{ada}/merge", f"/console/members/{ada}/"
    first = operator.get(page).content.decode()
    assert here in first
    assert f"?to={twin}" in operator.get(here, {"q": "lovelace"}).content.decode()
    with nothing_changes(shop):
        shown = said(operator.get(f"{here}?to={twin}"))
    assert "Points 100 250 350" in shown, shown
    assert "Status Bronze Silver Silver" in shown
    assert "3 identities of the other member lead here afterwards" in shown

    assert operator.post(f"{here}?to={twin}", {"note": "Same phone"}).status_code == 302

    assert (shop.points(ada), shop.points(twin)) == (350, 0)
    answer = operator.get(page)
    assert "A. Lovelace is part of this member now." in said(answer)
    assert "Two memberships became one" in said(answer)
    moved = operator.get(f"/console/members/{twin}/")
    assert (moved.status_code, moved["Location"]) == (302, page)
    assert "Order" in said(answer)
    assert said(answer).count("from the merged account of A. Lovelace") == 2
    links = [set(re.findall(r'href="([^"]+/why/[^"]+)"', each)) for each in (answer.content.decode(), first)]
    (why,) = links[0] - links[1]
    assert "1 point per euro" in said(operator.get(why))
    assert "order" in said(operator.get(page, {"tab": "lots"}))
    assert said(operator.get(page, {"tab": "lots"})).count("from the merged account of A. Lovelace") == 1
    assert said(operator.get(page, {"tab": "orders"})).count("from the merged account of A. Lovelace") == 1
    assert "Same phone" in said(operator.get(page, {"tab": "reads"}))
    orders = said(operator.get(page, {"tab": "orders"}))
    assert "100.00" in orders
    assert "250.00" in orders
    (link,) = re.findall(r'action="([^"]+/merges/[^"]+/undo)"', answer.content.decode())
    assert "A. Lovelace is a member of their own again." in said(operator.post(link, follow=True))
    assert (shop.points(ada), shop.points(twin)) == (100, 250)
    with owning() as conn:
        assert findings(conn, shop.programme.organisation_id) == []


def test_what_cannot_be_merged_says_why(desk: Desk) -> None:
    shop, operator, ada, _twin = desk
    with nothing_changes(shop):
        answer = operator.get(f"/console/members/{ada}/merge?to={ada}")
    assert "This is the same member" in said(answer)
