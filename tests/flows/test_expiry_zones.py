"""A last day can be used until local midnight, wherever that is: twelve zones, with days of 23 to 25 hours."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from typing import Any

import pytest

from regulars.database.pool import Connection
from regulars.flows.adjust_points import adjust_points
from regulars.flows.nightly_work import nightly_work
from regulars.kernel.clock import start_of_day
from regulars.kernel.errors import Refusal
from tests.factories import RULEBOOK, open_shop

_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)
ZONES = [
    ("Pacific/Kiritimati", date(2026, 3, 29), 24),
    ("Pacific/Auckland", date(2026, 4, 5), 25),
    ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
    ("Asia/Tokyo", date(2026, 3, 29), 24),
    ("Asia/Kathmandu", date(2028, 2, 29), 24),
    ("Asia/Beirut", date(2026, 3, 29), 23),
    ("Europe/Istanbul", date(2026, 3, 29), 24),
    ("Europe/Berlin", date(2026, 10, 25), 25),
    ("Africa/Cairo", date(2026, 4, 24), 23),
    ("America/New_York", date(2026, 3, 8), 23),
    ("America/Santiago", date(2026, 9, 6), 23),
    ("Pacific/Pago_Pago", date(2028, 2, 29), 24),
]


@pytest.mark.parametrize(("zone", "last_day", "hours"), ZONES)
def test_points_go_at_local_midnight(conn: Connection, zone: str, last_day: date, hours: float) -> None:
    begins, ends = start_of_day(last_day, zone), start_of_day(last_day + _DAY, zone)
    assert (ends - begins) == timedelta(hours=hours)
    document: dict[str, Any] = copy.deepcopy(RULEBOOK)
    document["time_zone"] = zone
    document["point_types"][0] |= {"expiry": {"policy": "after", "period": "10 days"}, "reminders": ["1 day"]}
    shop = open_shop(conn, document, now=start_of_day(last_day - 10 * _DAY, zone))
    member = shop.enrol()
    shop.buy(member, "10.00")

    shop.now = start_of_day(last_day - _DAY, zone) - _SECOND
    assert _night(conn, shop).messages == 0
    shop.now = start_of_day(last_day - _DAY, zone)
    assert _night(conn, shop).messages == 1
    shop.now = ends - _SECOND
    assert _night(conn, shop).points_expired == 0
    _take(conn, shop, member, 4)
    shop.now = ends
    with pytest.raises(Refusal) as refused:
        _take(conn, shop, member, 1)
    assert refused.value.code == "not_enough_points"
    assert _night(conn, shop).points_expired == 6
    gone = conn.execute("select occurred_at from ledger_transfer where owner = %s and credit = 13", [member])
    assert gone.fetchall() == [(ends,)]


def _night(conn: Connection, shop: Any) -> Any:
    return nightly_work(conn, programme_id=shop.programme.id, now=shop.now)


def _take(conn: Connection, shop: Any, member: Any, points: int) -> None:
    adjust_points(
        conn, programme_id=shop.programme.id, member_id=member, points=-points, reason="correction",
        now=shop.now, by="tests",
    )  # fmt: skip
