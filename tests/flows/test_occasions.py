"""Birthdays, anniversaries and silence: when they are sent, to whom, and that nobody gets one twice."""

from __future__ import annotations

import copy
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from regulars.database.pool import Connection, connect, owning
from regulars.domain.earning.personal import birthday_in
from regulars.domain.events.contracts import Event, MemberReference
from regulars.domain.events.queries import events_of_member
from regulars.domain.programmes.occasions import dates_of
from regulars.flows.change_member import MemberChange, change_member
from regulars.flows.nightly_work import nightly_work
from regulars.flows.send_occasions import send_occasions
from regulars.kernel.clock import local_day
from tests.books import findings, nothing_changes
from tests.factories import RULEBOOK, Shop, open_shop

ALL = {"birthday": True, "anniversary": True, "inactive": ["30 days", "60 days"]}
LONG_AGO = datetime(2020, 2, 29, 12, 0, tzinfo=UTC)


def rulebook(occasions: dict[str, Any]) -> dict[str, Any]:
    rules = [
        {"id": name, "name": name, "on": f"member.{name}", "earn": {"strategy": "fixed_bonus", "points": points}}
        for name, points in (("birthday", 100), ("anniversary", 10), ("inactive", 1))
        if occasions.get(name)
    ]
    document = copy.deepcopy(RULEBOOK)
    document["earn_rules"] += rules
    return document | {"occasions": occasions}


def at(year: int, month: int, day: int, hour: int = 12) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def night(shop: Shop, now: datetime) -> int:
    shop.now = now
    return send_occasions(shop.conn, programme_id=shop.programme.id, now=now)


def occasions_of(shop: Shop, who: UUID) -> list[tuple[str, str]]:
    """(type, local day) of the events that time made, the oldest first."""
    found = events_of_member(shop.conn, member_id=who, limit=100)
    zone = shop.programme.time_zone
    return [
        (each.type.removeprefix("member."), str(local_day(each.occurred_at, zone)))
        for each in reversed(found)
        if each.source == "regulars" and each.type != "member.enrolled"
    ]


def test_a_birthday_is_sent_at_the_start_of_the_local_day_and_once(conn: Connection) -> None:
    shop = open_shop(conn, rulebook({"birthday": True}), now=at(2026, 3, 2))
    ada = shop.enrol(birth_date=date(1990, 5, 1), enrolled_at=LONG_AGO)
    eve = shop.enrol(birth_date=date(1990, 5, 2), enrolled_at=LONG_AGO)
    assert night(shop, at(2026, 4, 30, 21)) == 0
    # Berlin is two hours ahead.
    assert night(shop, at(2026, 4, 30, 22)) == 1
    assert occasions_of(shop, ada) == [("birthday", "2026-05-01")]
    assert (shop.points(ada), shop.points(eve)) == (100, 0)
    with nothing_changes(shop):
        assert night(shop, at(2026, 5, 1, 20)) == 0
    with owning() as owner:
        assert findings(owner, shop.programme.organisation_id) == []


def test_nights_that_nobody_worked_are_made_up_for(conn: Connection) -> None:
    shop = open_shop(conn, rulebook(ALL), now=at(2026, 3, 2))
    who = [shop.enrol(birth_date=date(1990, 3, day), enrolled_at=LONG_AGO) for day in (3, 5, 9)]
    night(shop, at(2026, 3, 2))
    assert night(shop, at(2026, 3, 8)) == 2
    assert [occasions_of(shop, each) for each in who] == [
        [("birthday", "2026-03-03")], [("birthday", "2026-03-05")], [],
    ]  # fmt: skip


def test_a_birthday_must_have_been_known_and_comes_once_a_year(conn: Connection) -> None:
    shop = open_shop(conn, rulebook({"birthday": {"known_for": "30 days"}}), now=at(2026, 3, 2))
    new = shop.enrol(birth_date=date(1990, 3, 31))
    old = shop.enrol(birth_date=date(1990, 3, 31), enrolled_at=LONG_AGO)
    later = shop.enrol(birth_date=date(1990, 4, 2))
    mover = shop.enrol(birth_date=date(1990, 3, 5), enrolled_at=LONG_AGO)
    for day in range(3, 31):
        night(shop, at(2026, 3, day))
        if day == 20:
            move(shop, mover, date(1990, 5, 15))
    night(shop, at(2026, 3, 31))
    assert (occasions_of(shop, new), occasions_of(shop, old)) == ([], [("birthday", "2026-03-31")])
    night(shop, at(2026, 4, 2))
    assert occasions_of(shop, later) == [("birthday", "2026-04-02")]
    # Known for long enough by now, and yet the second of the year.
    assert night(shop, at(2026, 5, 15)) == 0
    assert occasions_of(shop, mover) == [("birthday", "2026-03-05")]
    night(shop, at(2027, 5, 14))
    night(shop, at(2027, 5, 15))
    assert occasions_of(shop, mover) == [("birthday", "2026-03-05"), ("birthday", "2027-05-15")]


def move(shop: Shop, who: UUID, birthday: date) -> None:
    change_member(
        shop.conn, MemberChange(birth_date=birthday), programme_id=shop.programme.id, member_id=who, now=shop.now,
        by="tests",
    )  # fmt: skip


def test_the_29th_of_february_is_the_28th_in_common_years(conn: Connection) -> None:
    shop = open_shop(conn, rulebook({"birthday": True, "anniversary": True}), now=at(2026, 2, 1))
    ada = shop.enrol(birth_date=date(2000, 2, 29), enrolled_at=LONG_AGO)
    ben = shop.enrol(birth_date=date(2000, 2, 28), enrolled_at=LONG_AGO - timedelta(days=1))
    for when in (at(2026, 2, 27), at(2026, 2, 28), at(2026, 3, 1), at(2028, 2, 27), at(2028, 2, 28), at(2028, 2, 29)):
        night(shop, when)
    days = ["2026-02-28", "2027-02-28", "2028-02-29"]
    assert sorted(occasions_of(shop, ada)) == [(kind, day) for kind in ("anniversary", "birthday") for day in days]
    assert {each[1] for each in occasions_of(shop, ben)} == {"2026-02-28", "2027-02-28", "2028-02-28"}


def test_an_anniversary_says_which_one_it_is(conn: Connection) -> None:
    shop = open_shop(conn, rulebook({"anniversary": True}), now=at(2026, 3, 2))
    # Half past midnight in Berlin is the day before in UTC.
    ada = shop.enrol(enrolled_at=datetime(2023, 3, 4, 23, 30, tzinfo=UTC))
    assert night(shop, at(2026, 3, 4)) == 0
    assert night(shop, at(2026, 3, 5)) == 1
    (event,) = [each for each in events_of_member(shop.conn, member_id=ada, limit=5) if each.type != "member.enrolled"]
    assert '"data":{"years":3}' in event.body
    assert event.external_id == f"anniversary:{ada}:3"


def test_silence_is_noticed_after_so_many_days_and_time_is_no_sign_of_life(conn: Connection) -> None:
    shop = open_shop(conn, rulebook(ALL), now=at(2026, 3, 2))
    quiet = shop.enrol(birth_date=date(1990, 3, 20), enrolled_at=LONG_AGO)
    loud = shop.enrol(enrolled_at=LONG_AGO)
    gone = shop.enrol(enrolled_at=LONG_AGO)
    for who in (quiet, loud, gone):
        shop.buy(who, "1.00", at=at(2026, 3, 1))
    shop.conn.execute("update members_member set status = 3 where id = %s", [gone])
    for day in range(2, 31):
        night(shop, at(2026, 3, day))
    shop.buy(loud, "1.00")
    night(shop, at(2026, 3, 31))
    assert occasions_of(shop, quiet) == [("birthday", "2026-03-20"), ("inactive", "2026-03-31")]
    assert occasions_of(shop, loud) == occasions_of(shop, gone) == []
    night(shop, at(2026, 4, 30))
    # Sixty days for the one, thirty-one without a night in between for the other: days are made up for.
    assert occasions_of(shop, quiet)[-1] == ("inactive", "2026-04-30")
    assert occasions_of(shop, loud) == [("inactive", "2026-04-29")]


def test_an_occasion_begins_with_the_first_day_that_starts_under_it(conn: Connection) -> None:
    shop = open_shop(conn, now=at(2026, 3, 2))
    ada = shop.enrol(birth_date=date(1990, 3, 2), enrolled_at=LONG_AGO)
    ben = shop.enrol(birth_date=date(1990, 3, 3), enrolled_at=LONG_AGO)
    with nothing_changes(shop):
        assert night(shop, at(2026, 3, 2)) == 0
    shop.publish(rulebook({"birthday": True}), effective_from=at(2026, 3, 2))
    assert night(shop, at(2026, 3, 2, 13)) == 0
    assert night(shop, at(2026, 3, 3)) == 1
    assert (occasions_of(shop, ada), occasions_of(shop, ben)) == ([], [("birthday", "2026-03-03")])


def test_nobody_else_sends_what_time_makes(conn: Connection) -> None:
    shop = open_shop(conn, rulebook(ALL))
    ada = shop.enrol()
    for kind in ("birthday", "anniversary", "inactive"):
        event = Event(
            id=f"mine-{kind}",
            type=f"member.{kind}",
            member=MemberReference(id=ada),
            occurred_at=shop.now,
            source="till",
        )
        with nothing_changes(shop):
            ((status, answer),) = shop.send(event)
        assert (status, answer["code"]) == (422, "reserved_event_type")


def test_two_workers_send_nothing_twice(conn: Connection) -> None:
    shop = open_shop(conn, rulebook(ALL), now=at(2026, 3, 2))
    who = [shop.enrol(birth_date=date(1990, 3, 3), enrolled_at=at(2025, 3, 3)) for _ in range(40)]
    shop.now = at(2026, 3, 3)

    def work(_worker: int) -> int:
        with connect(organisation_id=shop.programme.organisation_id) as mine:
            return send_occasions(mine, programme_id=shop.programme.id, now=shop.now)

    with ThreadPoolExecutor(3) as pool:
        sent = list(pool.map(work, range(3)))
    assert sum(sent) == 2 * len(who)
    assert {shop.points(each) for each in who} == {110}
    with nothing_changes(shop):
        nightly_work(shop.conn, programme_id=shop.programme.id, now=shop.now)
    with owning() as owner:
        assert findings(owner, shop.programme.organisation_id) == []


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    births=st.lists(st.dates(date(1950, 1, 1), date(2008, 12, 31)), min_size=1, max_size=4),
    gaps=st.lists(st.integers(1, 120), min_size=1, max_size=6),
)
def test_however_often_the_nights_are_worked_the_same_is_sent(
    conn: Connection, births: list[date], gaps: list[int]
) -> None:
    shop = open_shop(conn, rulebook({"birthday": True, "anniversary": True}), now=at(2026, 1, 1))
    who = [shop.enrol(birth_date=born, enrolled_at=at(2021, born.month, min(born.day, 28))) for born in births]
    now = shop.now
    night(shop, now)
    first = now.date()
    for gap in gaps:
        now += timedelta(days=gap)
        night(shop, now)
        night(shop, now)
    for member, born in zip(who, births, strict=True):
        due = {
            str(birthday_in(year, born))
            for year in range(2026, now.year + 1)
            if first <= birthday_in(year, born) <= now.date()
        }
        sent = [day for kind, day in occasions_of(shop, member) if kind == "birthday"]
        assert sorted(sent) == sorted(due)
    shop.conn.close()


@settings(max_examples=40, deadline=None)
@given(day=st.dates(date(1990, 1, 1), date(2090, 12, 31)))
@example(day=date(2027, 2, 28))
@example(day=date(2028, 2, 28))
@example(day=date(2028, 2, 29))
def test_the_dates_of_a_day_are_those_whose_birthday_it_is(day: date) -> None:
    found = dates_of(day, since=1980)
    assert len(found) == len(set(found))
    for born in found:
        assert birthday_in(day.year, born) == day
    start = date(1980, 1, 1).toordinal()
    every = (date.fromordinal(each) for each in range(start, date(day.year, 1, 1).toordinal()))
    assert sorted(found) == [born for born in every if birthday_in(day.year, born) == day]


def test_who_has_left_has_no_birthday(conn: Connection) -> None:
    shop = open_shop(conn, rulebook({"birthday": True, "anniversary": True}), now=at(2026, 3, 2))
    ada = shop.enrol(birth_date=date(1990, 3, 3), enrolled_at=at(2024, 3, 3))
    shop.conn.execute("update members_member set status = 3 where id = %s", [ada])
    night(shop, at(2026, 3, 3))
    assert occasions_of(shop, ada) == []


@pytest.mark.parametrize("known_for", ["0 days", "1 week"])
def test_the_time_that_a_birthday_is_known_is_stated(conn: Connection, known_for: str) -> None:
    shop = open_shop(conn, rulebook({"birthday": {"known_for": known_for}}), now=at(2026, 3, 2))
    ada = shop.enrol(birth_date=date(1990, 3, 4))
    night(shop, at(2026, 3, 4))
    assert len(occasions_of(shop, ada)) == (1 if known_for == "0 days" else 0)
