"""The console's calendar of a member: what goes when, more time after a look at it, and what the member was told."""

from __future__ import annotations

import copy
import html
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from regulars.database.pool import Connection
from regulars.domain.ledger.queries import expiring
from regulars.domain.programmes.queries import shelf
from regulars.flows.nightly_work import nightly_work
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop, open_shop
from tests.interfaces.operators import signed_in

CHART = re.compile(r'<script id="(chart-[^"]+)" type="application/json">(.*?)</script>')


@pytest.fixture
def shop(conn: Connection) -> Shop:
    document = copy.deepcopy(RULEBOOK)
    document["point_types"][0] |= {"expiry": {"policy": "after", "period": "10 days"}, "reminders": ["10 days"]}
    document["point_types"] += [
        {"id": "credit", "name": "Credit", "unit": "money", "expiry": {"policy": "after", "period": "20 months"}},
        {"id": "stars", "name": "Stars"},
    ]
    document["earn_rules"] += [
        {"id": "back", "name": "Money back", "point_type": "credit", "earn": {"strategy": "cash_back", "percent": 3}},
        {"id": "star", "name": "A star", "point_type": "stars", "earn": {"strategy": "fixed_bonus", "points": 1}},
    ]
    return open_shop(conn, document, now=datetime.now(UTC).replace(microsecond=0))


@pytest.fixture
def operator(shop: Shop) -> Client:
    return signed_in(shop)


def test_more_time_is_given_after_a_look(shop: Shop, operator: Client) -> None:
    member = shop.enrol(name="Ben")
    shop.buy(member, "40.00")
    (before,) = expiring(shop.conn, owner=member, point_type=shop.point_type)
    here = f"/console/members/{member}/"
    assert f"{here}extend" in operator.get(f"{here}?tab=expiry").content.decode()
    later = before.last_day + timedelta(days=30)
    sent = {"last_days": [before.last_day.isoformat()], "to": later.isoformat(), "reason": "goodwill"}

    look = operator.post(f"{here}extend", sent | {"step": "preview"}).content.decode()

    assert "What will change" in look
    assert expiring(shop.conn, owner=member, point_type=shop.point_type) == [before]
    done = operator.post(f"{here}extend", sent | {"step": "extend"}, follow=True).content.decode()
    assert "More time until" in done
    (after,) = expiring(shop.conn, owner=member, point_type=shop.point_type)
    assert after.last_day == later
    assert "Gave 40 points time until" in operator.get(f"{here}?tab=reads").content.decode()


def test_a_day_that_is_not_later_is_refused_at_its_field(shop: Shop, operator: Client) -> None:
    member = shop.enrol(name="Ben")
    shop.buy(member, "40.00")
    (before,) = expiring(shop.conn, owner=member, point_type=shop.point_type)
    sent = {"last_days": [before.last_day.isoformat()], "to": before.last_day.isoformat(), "reason": "goodwill"}
    answer = operator.post(f"/console/members/{member}/extend", sent | {"step": "extend"})
    assert answer.status_code == 422
    assert "This day is not after their last day." in answer.content.decode()
    assert expiring(shop.conn, owner=member, point_type=shop.point_type) == [before]


def test_messages_are_shown_in_words(shop: Shop, operator: Client) -> None:
    member = shop.enrol(name="Ben")
    shop.buy(member, "40.00")
    nightly_work(shop.conn, programme_id=shop.programme.id, now=shop.now)
    page = operator.get(f"/console/members/{member}/?tab=messages").content.decode()
    assert "Points: 40 can be used until" in page


def test_other_points_get_more_time_as_well(shop: Shop, operator: Client) -> None:
    member = shop.enrol(name="Ben")
    shop.buy(member, "40.00")
    credit = shelf(shop.conn, programme_id=shop.programme.id).point_types["credit"]
    (before,) = expiring(shop.conn, owner=member, point_type=credit)
    here = f"/console/members/{member}/"
    tab = operator.get(f"{here}?tab=expiry").content.decode()
    assert f"{here}extend?type=credit" in tab
    assert f"{here}extend?type=stars" not in tab  # stars never expire
    assert "None of it expires." in tab
    form = operator.get(f"{here}extend?type=credit").content.decode()
    assert "Give more time: Credit" in form
    assert "€1.20" in form
    later = before.last_day + timedelta(days=30)
    sent = {"last_days": [before.last_day.isoformat()], "to": later.isoformat(), "reason": "goodwill"}

    look = operator.post(f"{here}extend?type=credit", sent | {"step": "preview"}).content.decode()

    assert "What will change" in look
    assert expiring(shop.conn, owner=member, point_type=credit) == [before]
    done = operator.post(f"{here}extend?type=credit", sent | {"step": "extend"}, follow=True).content.decode()
    assert "€1.20." in done
    (after,) = expiring(shop.conn, owner=member, point_type=credit)
    assert after.last_day == later
    with nothing_changes(shop):
        assert operator.post(f"{here}extend?type=miles", sent | {"step": "extend"}).status_code == 404


def test_what_goes_when_is_drawn_by_point_type(shop: Shop, operator: Client) -> None:
    member = shop.enrol(name="Ben")
    shop.buy(member, "40.00")
    shop.later(days=-1)
    shop.buy(member, "10.00")
    tab = operator.get(f"/console/members/{member}/?tab=expiry").content.decode()
    found = {key: json.loads(body) for key, body in CHART.findall(tab)}
    assert set(found) == {"chart-expiry-points", "chart-expiry-credit"}
    days, months = found["chart-expiry-points"], found["chart-expiry-credit"]
    assert days["series"][0]["data"][-2:] == [10, 40]  # day by day, to the last one
    assert sum(months["series"][0]["data"]) == 1.5
    assert (len(months["series"][0]["data"]), months["regulars"]["currency"]) == (21, "EUR")
    assert "and 50 points in all until" in tab
    assert "and €1.50 in all until" in tab


def test_where_nothing_is_nothing_is_drawn(shop: Shop, operator: Client) -> None:
    tab = operator.get(f"/console/members/{shop.enrol()}/?tab=expiry").content.decode()
    assert CHART.findall(tab) == []
    assert tab.count("No points, so nothing expires.") == 3


def test_lots_come_in_pages(shop: Shop, operator: Client) -> None:
    member = shop.enrol(name="Ben")
    for _ in range(27):
        shop.buy(member, "1.00")
    first = operator.get(f"/console/members/{member}/?tab=lots").content.decode()
    assert "25 lots on this page" in first
    following = re.search(r'href="(/console/members/[^"]+after=[^"]+)"', first)
    assert following is not None
    second = operator.get(html.unescape(following[1])).content.decode()
    assert "2 lots on this page" in second
    assert "25 lots on this page" in operator.get(f"/console/members/{member}/?tab=lots&after=x").content.decode()
