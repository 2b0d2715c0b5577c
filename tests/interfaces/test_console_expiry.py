"""The console's calendar of a member: what goes when, more time after a look at it, and what the member was told."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from regulars.database.pool import Connection
from regulars.domain.ledger.queries import expiring
from regulars.flows.nightly_work import nightly_work
from tests.factories import RULEBOOK, Shop, open_shop
from tests.interfaces.operators import signed_in


@pytest.fixture
def shop(conn: Connection) -> Shop:
    document = copy.deepcopy(RULEBOOK)
    document["point_types"][0] |= {"expiry": {"policy": "after", "period": "10 days"}, "reminders": ["10 days"]}
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
    assert "40 points can now be used until" in done
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
