"""The counter merges two members: found, shown side by side, merged, said on the page, undone."""

from __future__ import annotations

import html
import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from regulars.database.pool import Connection, owning
from regulars.flows.set_consent import set_consent
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


def test_a_likely_pair_is_shown_compared_and_told_apart(conn: Connection) -> None:
    news = {"id": "news", "name": "News by e-mail", "text_version": "1"}
    shop = open_shop(conn, RULEBOOK | {"consents": [news]}, now=utc_now().replace(microsecond=0))
    ada = shop.enrol(name="Ada Lovelace", email="ada.lovelace@gmail.com")
    twin = shop.enrol(name="A. Lovelace", email="adalovelace+shop@gmail.com")
    shop.enrol(name="Ben Kaya", email="ben@example.com")
    set_consent(
        conn, programme_id=shop.programme.id, member_id=twin, consent="news", given=False, now=shop.now, by="x",
        via="portal",
    )  # fmt: skip
    operator, here = operator_of(shop), "/console/members/duplicates"
    assert here in operator.get("/console/members/").content.decode()

    answer = operator.get(here)

    text = said(answer)
    assert "Very likely" in text
    assert "The e-mail address ada.lovelace@gmail.com and the e-mail address adalovelace+shop@gmail.com are the" in text
    assert "Ben Kaya" not in text
    (compare,) = re.findall(r'href="([^"]+/merge\?to=[^"]+)"', answer.content.decode())
    assert compare == f"/console/members/{ada}/merge?to={twin}"
    assert "The other member refused “News by e-mail”" in said(operator.get(compare))

    (apart,) = re.findall(r'action="([^"]+/apart/[^"]+)"', answer.content.decode())
    assert "The two are not shown as one person any more." in said(operator.post(apart, follow=True))
    assert "Nobody looks like somebody else" in said(operator.get(here))
    decided = operator.get(f"{here}/apart")
    assert "Ada Lovelace and A. Lovelace" in said(decided) or "A. Lovelace and Ada Lovelace" in said(decided)
    (back,) = re.findall(r'action="([^"]+/undo)"', decided.content.decode())
    assert "The two are among the likely duplicates again." in said(operator.post(back, follow=True))
    assert "taken back before" in said(operator.post(back, follow=True))
    assert "Said that this member and another are two people." in said(
        operator.get(f"/console/members/{ada}/", {"tab": "reads"})
    )
    assert "Very likely" in said(operator.get(here))
