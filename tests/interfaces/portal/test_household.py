"""The household page of the portal, and what other pages say of a pool."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from regulars.database.pool import Connection
from regulars.domain.households.queries import household_of, open_invitations
from regulars.flows.live_together import leave_household
from tests.books import nothing_changes
from tests.factories import Shop
from tests.factories.home import Home, open_home
from tests.interfaces.portal.club import Club

pytestmark = [pytest.mark.database, pytest.mark.capability("E3")]


@pytest.fixture
def home(conn: Connection) -> Home:
    return open_home(conn, at=datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1))


def signed_in_client(shop: Shop, member: UUID) -> Client:
    """The member's browser; the shop is behind the real clock, its links are not."""
    early, shop.now = shop.now, datetime.now(UTC)
    client = Club(shop).enter(member).client
    shop.now = early
    return client


def text(page: Any) -> str:
    return re.sub(r"<[^>]+>", "", page.content.decode()).replace("\u2068", "").replace("\u2069", "")


def test_found_invite_join_and_leave(home: Home) -> None:
    ada, ben = home.enrol(name="Ada"), home.enrol(name="Ben")
    home.buy(ada, "300.00")
    home.buy(ben, "200.00")
    hers, his = signed_in_client(home, ada), signed_in_client(home, ben)
    post = "/me/household/"

    assert "Found a household" in text(hers.get(post))
    assert hers.post(post, {"do": "found", "name": "Lovelace"}).status_code == 302
    assert hers.post(post, {"do": "invite", "role": "child", "monthly_limit": "250"}).status_code == 302
    found = household_of(home.conn, member_id=ada)
    assert found is not None
    (made,) = open_invitations(home.conn, household_id=found.id, now=home.now)
    assert made.code in text(hers.get(post))
    refused = his.post(post, {"do": "join", "code": "AAAA"})
    assert (refused.status_code, "We do not know this code" in text(refused)) == (422, True)
    assert his.post(post, {"do": "join", "code": made.code}).status_code == 302

    page = text(his.get(post))
    assert [each for each in ("500", "Ada", "Ben (you)") if each not in page] == []
    assert "Make an invitation" not in page
    assert "500 together with your household" in text(his.get("/me/"))
    asked = text(his.get(f"/me/rewards/{home.reward(250).id}/redeem"))
    assert "Whose points pay" in asked
    assert his.post(post, {"do": "leave"}).status_code == 302
    assert household_of(home.conn, member_id=ben) is None


def test_who_chooses_says_who_pays(home: Home) -> None:
    ada, ben = home.enrol(name="Ada"), home.enrol(name="Ben")
    home.buy(ada, "300.00")
    home.buy(ben, "200.00")
    home.found(ada, ben, debit="chosen")
    client: Client = signed_in_client(home, ben)
    address = f"/me/rewards/{home.reward(250).id}/redeem"
    page = client.get(address).content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key is not None

    wrong = client.post(address, {"key": key[1], f"share-{ada}": "100", f"share-{ben}": "100"})
    assert (wrong.status_code, "The parts do not make the price" in text(wrong)) == (422, True)
    assert 'value="100"' in wrong.content.decode()  # what was typed is still there
    assert "200 / 250" in " ".join(text(wrong).split())
    for part in ("-50", "x", "1.5"):
        with nothing_changes(home):
            no = client.post(address, {"key": key[1], f"share-{ada}": part, f"share-{ben}": "150"})
        assert (no.status_code, "One of the parts is no amount" in text(no)) == (422, True)
    with nothing_changes(home):
        poor = client.post(address, {"key": key[1], f"share-{ada}": "49", f"share-{ben}": "201"})
    assert "Somebody has fewer points than that" in text(poor)
    done = client.post(address, {"key": key[1], f"share-{ada}": "100", f"share-{ben}": "150", "share-x": "1"})

    assert done.status_code == 302
    assert (home.points(ada), home.points(ben)) == (200, 50)
    assert "Whose points paid" in text(client.get(done["Location"]))


def test_where_there_are_none(shop: Shop) -> None:
    client = signed_in_client(shop, shop.enrol())
    assert "No households here" in text(client.get("/me/household/"))
    assert "Household" not in text(client.get("/me/"))


def test_only_the_owner_removes(home: Home) -> None:
    ada, ben, eve = (home.enrol() for _ in range(3))
    found = home.found(ada, ben, eve)
    signed_in_client(home, ben).post("/me/household/", {"do": "remove", "member": str(eve)})
    assert household_of(home.conn, member_id=eve) == found
    signed_in_client(home, ada).post("/me/household/", {"do": "remove", "member": str(eve)})
    assert household_of(home.conn, member_id=eve) is None
    leave_household(home.conn, home.act(), household_id=found.id, member_id=ben)
