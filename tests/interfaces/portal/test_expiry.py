"""What members see of expiry: the calendar, and messages that are new once."""

from __future__ import annotations

import copy
from datetime import UTC, datetime

import pytest

from regulars.database.pool import Connection
from regulars.flows.nightly_work import nightly_work
from tests.factories import RULEBOOK, open_shop
from tests.interfaces.portal.club import Club


@pytest.fixture
def short_lived(conn: Connection) -> Club:
    document = copy.deepcopy(RULEBOOK)
    document["point_types"][0] |= {"expiry": {"policy": "after", "period": "10 days"}, "reminders": ["10 days"]}
    document["point_types"].append({"id": "stars", "name": "Stars", "pending": {"mode": "after", "period": "5 days"}})
    document["earn_rules"].append(
        {"id": "stars", "name": "Stars", "point_type": "stars",
         "earn": {"strategy": "points_per_amount", "points": 1}}
    )  # fmt: skip
    return Club(open_shop(conn, document, now=datetime.now(UTC).replace(microsecond=0)))


def test_the_calendar_tells_day_amount_and_worth(short_lived: Club) -> None:
    shop = short_lived.shop
    member = shop.enrol(name="Lisa Lane")
    shop.buy(member, "40.00")
    page = short_lived.enter(member).see("/me/points/")
    assert "worth €0.40" in page
    assert "How much goes when" in page
    assert "On their way can be used from" in page


def test_a_message_is_new_until_it_was_seen(short_lived: Club) -> None:
    shop = short_lived.shop
    member = shop.enrol(name="Lisa Lane")
    shop.buy(member, "40.00")
    assert nightly_work(shop.conn, programme_id=shop.programme.id, now=shop.now).messages == 1
    guest = short_lived.enter(member)
    assert "1 new message" in guest.see("/me/")
    assert "1 new message" in guest.see("/me/activity/")
    page = guest.see("/me/messages/")
    assert "Use your points in time New" in page
    assert "Points: 40 can be used until" in page
    assert "Use your points in time New" not in guest.see("/me/messages/")
    assert "new message" not in guest.see("/me/")


def test_the_calendar_is_drawn_for_points_that_go(short_lived: Club) -> None:
    shop = short_lived.shop
    member = shop.enrol(name="Lisa Lane")
    empty = short_lived.enter(member).client.get("/me/points/").content.decode()
    assert "Your first points appear here" in empty
    assert "echarts" not in empty
    shop.buy(member, "40.00")
    page = short_lived.enter(member).client.get("/me/points/").content.decode()
    assert 'data-chart="chart-expiry-points"' in page
    assert 'data-chart="chart-expiry-stars"' not in page  # they wait, and never expire
    assert 'aria-label="Points: 40 points until' in page
    assert "script-src 'self'" in short_lived.enter(member).client.get("/me/points/")["Content-Security-Policy"]
