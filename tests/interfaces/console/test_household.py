"""The household card on a member's page, and whose points pay when an operator redeems."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from regulars.database.pool import Connection
from regulars.domain.households.contracts import Role
from regulars.domain.households.queries import household_of, memberships, open_invitations
from tests.books import nothing_changes
from tests.factories import Shop
from tests.factories.home import Home, open_home
from tests.interfaces.operators import signed_in

pytestmark = [pytest.mark.database, pytest.mark.capability("E3")]


@pytest.fixture
def home(conn: Connection) -> Home:
    return open_home(conn, at=datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1))


@pytest.fixture
def operator(home: Home) -> Client:
    return signed_in(home)


def seen(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def test_the_card_from_founding_to_leaving(home: Home, operator: Client) -> None:
    ada, ben = home.enrol(name="Ada Byron"), home.enrol(name="Ben Okri")
    home.buy(ada, "300.00")
    assert "In no household." in seen(operator, f"/console/members/{ada}/")

    operator.post(f"/console/members/{ada}/household", {"do": "found"})
    operator.post(f"/console/members/{ada}/household", {"do": "invite", "role": "child", "monthly_limit": "250"})
    found = household_of(home.conn, member_id=ada)
    assert found is not None
    (made,) = open_invitations(home.conn, household_id=found.id, now=home.now)
    operator.post(f"/console/members/{ben}/household", {"do": "join", "code": made.code})
    operator.post(f"/console/members/{ada}/household", {"do": "debit", "debit": "proportional"})

    page = seen(operator, f"/console/members/{ben}/")
    for said in (
        "Ada Byron Owner",
        "Ben Okri Child · at most 250 points a month",
        "Everybody in the household pays in proportion to the points they have.",
    ):
        assert said in page
    change = {"do": "member", "mate": str(ben), "role": "adult", "monthly_limit": "1300"}
    operator.post(f"/console/members/{ada}/household", change)
    (mine,) = [each for each in memberships(home.conn, household_id=found.id) if each.member_id == ben]
    assert (mine.role, mine.monthly_limit) == (Role.adult, 1300)
    page = operator.get(f"/console/members/{ada}/").content.decode()
    assert 'value="1300"' in page
    # The owner stays the owner, and nobody outside of the household is changed.
    for wrong in (str(ada), str(home.enrol()), "nobody"):
        told = operator.post(f"/console/members/{ada}/household", change | {"mate": wrong}, follow=True)
        assert "Saved." not in told.content.decode()
    operator.post(f"/console/members/{ada}/household", change | {"role": "child", "monthly_limit": ""})
    assert "Ben Okri Child" in seen(operator, f"/console/members/{ada}/")

    reward = home.reward(250)
    asked = seen(operator, f"/console/members/{ben}/redeem/{reward.id}")
    assert "Whose points pay Ada Byron 250" in asked
    operator.post(f"/console/members/{ben}/redeem/{reward.id}")
    assert home.points(ada) == 50

    operator.post(f"/console/members/{ben}/household", {"do": "leave"})
    assert [each.member_id for each in memberships(home.conn, household_id=found.id)] == [ada]


def test_a_no_is_told(home: Home, operator: Client) -> None:
    ada = home.enrol()
    answer = operator.post(f"/console/members/{ada}/household", {"do": "join", "code": "AAAA"}, follow=True)
    assert "There is no such invitation" in answer.content.decode()


def test_no_card_where_there_are_no_households(shop: Shop) -> None:
    member = shop.enrol()
    client = signed_in(shop)
    assert "In no household." not in seen(client, f"/console/members/{member}/")


def test_whose_points_pay_is_said_at_the_counter(home: Home, operator: Client) -> None:
    ada, ben = home.enrol(name="Ada Byron"), home.enrol(name="Ben Okri")
    home.buy(ada, "300.00")
    home.buy(ben, "200.00")
    home.found(ada, ben, debit="chosen")
    address = f"/console/members/{ben}/redeem/{home.reward(250).id}"
    shown = seen(operator, address)
    assert "Ada Byron can spend 300" in shown
    assert "Together 250 / 250" in shown  # Ben's 200, and 50 of Ada's
    for parts, said in (
        (("100", "100"), "The parts do not make the price"),
        (("49", "201"), "Somebody has fewer points than that"),
        (("300", "-50"), "One of the parts is no amount"),
        (("", "250"), "Somebody has fewer points than that"),
    ):
        with nothing_changes(home):
            no = operator.post(address, {f"share-{ada}": parts[0], f"share-{ben}": parts[1]})
        assert (no.status_code, said in no.content.decode()) == (422, True)
        assert f'value="{parts[1]}"' in no.content.decode()

    done = operator.post(address, {f"share-{ada}": "100", f"share-{ben}": "150"})

    assert done.status_code == 302
    assert (home.points(ada), home.points(ben)) == (200, 50)


def test_nobody_is_asked_where_the_household_has_an_order(home: Home, operator: Client) -> None:
    ada, ben = home.enrol(name="Ada Byron"), home.enrol(name="Ben Okri")
    home.buy(ada, "300.00")
    home.buy(ben, "200.00")
    home.found(ada, ben, debit="own_first")
    address = f"/console/members/{ben}/redeem/{home.reward(250).id}"
    shown = seen(operator, address)
    assert "Ada Byron 50" in shown
    assert "Together" not in shown
    assert operator.post(address, {f"share-{ada}": "250"}).status_code == 302
    assert (home.points(ada), home.points(ben)) == (250, 0)
