"""Points that count money are typed and read as money by staff: with two places, with none, and with three."""

from __future__ import annotations

import copy
import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.test import Client

from regulars.database.pool import Connection
from regulars.domain.households.queries import household_of, open_invitations
from regulars.domain.rewards.queries import rewards
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop, open_shop
from tests.interfaces.operators import signed_in
from tests.interfaces.portal.club import Club, text_of
from tests.interfaces.portal.test_money import BACK, CREDIT

pytestmark = [pytest.mark.database, pytest.mark.capability("D1")]
NOW = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)


def shop_in(conn: Connection, currency: str, **more: Any) -> Shop:
    document = copy.deepcopy(RULEBOOK) | {
        "point_types": [CREDIT], "earn_rules": [BACK], "ladders": [], "currency": currency,
    } | more  # fmt: skip
    cache.clear()
    return open_shop(conn, document, now=NOW)


@pytest.fixture(params=["EUR", "JPY", "KWD"])
def shop(request: pytest.FixtureRequest, conn: Connection) -> Shop:
    return shop_in(conn, request.param, transfers={"allowed": True}, households={"allowed": True, "mode": "pool"})


@pytest.fixture
def operator(shop: Shop) -> Client:
    return signed_in(shop)


def given(operator: Client, member: UUID, amount: str, direction: str = "give") -> Any:
    wish = {"direction": direction, "points": amount, "reason": "goodwill"}
    return operator.post(f"/console/members/{member}/points", wish, follow=True)


def hidden(answer: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.content.decode())
    assert found is not None, text_of(answer)
    return html.unescape(found[1])


TYPED = {
    "EUR": ("12.50", 1250, "€12.50", "12.501"),
    "JPY": ("1250", 1250, "JP¥1,250", "12.5"),
    "KWD": ("1.250", 1250, "KWD1.250", "1.2501"),
}


def test_points_are_given_as_money(shop: Shop, operator: Client) -> None:
    typed, points, read, too_fine = TYPED[shop.programme.currency]
    member = shop.enrol(name="Bea")
    form = operator.get(f"/console/members/{member}/points").content.decode()
    assert "Amount (" in form
    step = {"EUR": "0.01", "JPY": "1", "KWD": "0.001"}[shop.programme.currency]
    assert f'step="{step}"' in form
    for wrong in (too_fine, "-1", "0", "x", "1e99", ""):
        with nothing_changes(shop):
            assert given(operator, member, wrong).status_code == 422

    done = text_of(given(operator, member, typed))

    assert f"{read} given to Bea. New balance: {read}." in done
    assert shop.points(member) == points
    with nothing_changes(shop):
        poor = given(operator, member, "200000" if shop.programme.currency == "JPY" else "200", "take")
    assert f"and {read} are there." in text_of(poor)
    taken = text_of(given(operator, member, typed, "take"))
    assert f"{read} taken from Bea." in taken
    assert shop.points(member) == 0


def test_a_reward_has_a_price_in_money(shop: Shop, operator: Client) -> None:
    typed, points, read, _ = TYPED[shop.programme.currency]
    wish = {"name": "Off", "price": typed, "active": "on", "parameters.amount": "5", "parameters.valid_for": "30 days"}
    answer = operator.post("/console/rewards/new", wish, follow=True)
    assert answer.status_code == 200, text_of(answer)
    (made,) = rewards(shop.conn, programme_id=shop.programme.id)
    assert made.price == points
    assert read in text_of(operator.get("/console/rewards/"))
    assert f'value="{typed}"' in operator.get(f"/console/rewards/{made.id}/").content.decode()
    member = shop.enrol(name="Bea")
    given(operator, member, typed)
    page = text_of(operator.get(f"/console/members/{member}/redeem/{made.id}"))
    assert f"Price \N{MINUS SIGN}{read}" in page
    operator.post(f"/console/members/{member}/redeem/{made.id}")
    assert f"Reward for {read}" in text_of(operator.get(f"/console/members/{member}/"))


def test_money_is_sent_to_another_member(shop: Shop, operator: Client) -> None:
    typed, points, read, too_fine = TYPED[shop.programme.currency]
    bea, cem = shop.enrol(name="Bea"), shop.enrol(name="Cem")
    given(operator, bea, typed)
    address = f"/console/members/{bea}/send?to={cem}"
    with nothing_changes(shop):
        assert operator.post(address, {"points": too_fine}).status_code == 422
    asked = operator.post(address, {"points": typed})
    assert f"{read}" in text_of(asked)
    again = {"points": typed, "confirmed": "1", "key": hidden(asked, "key")}
    done = operator.post(address, again, follow=True)
    assert f"Cem has {read} more." in text_of(done)
    assert shop.points(cem) == points


def test_members_type_money_as_well(conn: Connection, shop: Shop) -> None:
    typed, points, read, too_fine = TYPED[shop.programme.currency]
    club = Club(shop)
    shop.now = datetime.now(UTC).replace(microsecond=0)
    bea, cem = shop.enrol(name="Bea"), shop.enrol(name="Cem", email="cem@example.org")
    given(signed_in(shop), bea, typed)
    guest = club.enter(bea)
    assert "Amount (" in guest.see("/me/send/")
    wrong = guest.client.post("/me/send/", {"to": "cem@example.org", "points": too_fine})
    assert wrong.status_code == 422
    asked = guest.client.post("/me/send/", {"to": "cem@example.org", "points": typed})
    assert read in text_of(asked)
    sent = guest.client.post("/me/send/confirm", {each: hidden(asked, each) for each in ("offer", "key")})
    assert sent.status_code == 302, text_of(sent)
    assert shop.points(cem) == points
    guest.client.post("/me/household/", {"do": "found", "name": ""})
    guest.client.post("/me/household/", {"do": "invite", "role": "child", "monthly_limit": typed})
    found = household_of(shop.conn, member_id=bea)
    assert found is not None
    (made,) = open_invitations(shop.conn, household_id=found.id, now=datetime.now(UTC))
    assert made.monthly_limit == points
    card = signed_in(shop).get(f"/console/members/{bea}/").content.decode()
    assert "Amount a month (" in card


def test_what_is_missing_is_said_in_friendly_words(conn: Connection) -> None:
    shop = shop_in(conn, "EUR", returns={"clawback": "allow_negative"})
    shop.now = datetime.now(UTC).replace(microsecond=0)
    club = Club(shop)
    bea = shop.enrol(name="Bea")
    bought = shop.buy(bea, "100.00")
    given(signed_in(shop), bea, "2.00", "take")
    shop.give_back(bea, bought)
    guest = club.enter(bea)
    for page in ("/me/", "/me/activity/"):
        told = guest.see(page)
        assert "Your balance is below zero for now" in told
        assert "The next €2.00 that you earn make up for it" in told
    shop.buy(bea, "100.00")
    assert "below zero" not in guest.see("/me/")
