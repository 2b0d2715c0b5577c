"""The console's clock without a browser: what is refused, who remembers the way, and that every night has its words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from regulars.database.pool import Connection
from regulars.domain.programmes.queries import programme_now
from regulars.flows.nightly_work import NightlyResult
from regulars.interfaces.console.clock.journey import HAPPENED
from regulars.kernel.clock import local_day, utc_now
from tests.books import nothing_changes
from tests.factories import Shop, open_shop
from tests.interfaces.operators import signed_in

HERE = "/console/clock/"


def operator_of(shop: Shop) -> Client:
    """An operator of the shop, signed in."""
    return signed_in(shop)


@pytest.fixture
def sandbox(conn: Connection) -> Shop:
    return open_shop(conn, now=utc_now(), sandbox=True)


def today(shop: Shop) -> date:
    return local_day(programme_now(shop.conn, programme_id=shop.programme.id, at=utc_now()), shop.programme.time_zone)


def test_every_kind_of_nightly_work_has_its_words() -> None:
    assert set(HAPPENED) == set(NightlyResult._fields), "say it in interfaces/console/clock/journey.py"
    for says in HAPPENED.values():
        assert says(1) != says(2)
        assert "1,200" in says(1200)


def test_the_clock_of_a_live_programme_stays(shop: Shop) -> None:
    operator = operator_of(shop)
    with nothing_changes(shop):
        answer = operator.post(HERE, {"to": "2999-01-01"})
    assert answer.status_code == 409
    assert "The clock of a live programme cannot be moved" in answer.content.decode()


@pytest.mark.parametrize(
    ("day", "says"),
    [("2020-01-01", "A clock cannot go back"), ("2999-01-01", "This is too far"), ("soon", "valid date")],
)
def test_what_cannot_be_done_is_said_under_the_field(sandbox: Shop, day: str, says: str) -> None:
    operator = operator_of(sandbox)
    with nothing_changes(sandbox):
        for headers in ({}, {"HX-Request": "true"}):
            answer = operator.post(HERE, {"to": day}, headers=headers)
            assert answer.status_code == 422
            assert says in answer.content.decode()


def test_who_leaves_in_the_middle_goes_on_later(sandbox: Shop) -> None:
    operator, begun = operator_of(sandbox), today(sandbox)
    to = (begun + timedelta(days=40)).isoformat()

    assert operator.post(HERE, {"to": to}, headers={"HX-Request": "true"}).status_code == 200
    assert today(sandbox) == begun + timedelta(days=31)
    assert "31 of 40 days" in operator.get(HERE).content.decode()

    last = operator.post(HERE, {"goes_on": "1"}, headers={"HX-Request": "true"})
    assert last.headers["HX-Redirect"] == HERE
    assert today(sandbox).isoformat() == to
    assert "40 days have passed." in operator.get(HERE).content.decode()
    assert "40 days have passed." not in operator.get(HERE).content.decode()


def test_a_second_press_of_the_same_button_moves_no_further(sandbox: Shop) -> None:
    operator, to = operator_of(sandbox), (today(sandbox) + timedelta(days=1)).isoformat()
    assert operator.post(HERE, {"to": to}).status_code == 302
    with nothing_changes(sandbox):
        assert operator.post(HERE, {"to": to}).status_code == 422
    assert today(sandbox).isoformat() == to
