"""Time: aware instants, days of a programme, clocks that were never set."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from regulars.kernel.clock import as_instant, local_day, parse_instant, start_of_day, utc_now, within_reach, zone
from regulars.kernel.errors import Refusal

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_the_present_is_aware() -> None:
    assert utc_now().tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-22T09:30:00+03:00", datetime(2026, 11, 22, 6, 30, tzinfo=UTC)),
        ("2026-11-22T06:30:00Z", datetime(2026, 11, 22, 6, 30, tzinfo=UTC)),
        ("2026-11-22T06:30:00.250Z", datetime(2026, 11, 22, 6, 30, 0, 250_000, tzinfo=UTC)),
    ],
)
def test_instants_are_read_into_utc(text: str, expected: datetime) -> None:
    instant = parse_instant(text)
    assert instant == expected
    assert instant.tzinfo is UTC


@pytest.mark.parametrize("text", ["", "yesterday", "22.11.2026", "2026-13-01T00:00:00Z", "1795339800"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_instant(text, field="order.occurred_at")
    assert (refused.value.code, refused.value.field) == ("bad_time", "order.occurred_at")


@pytest.mark.parametrize("text", ["2026-11-22T09:30:00", "2026-11-22"])
def test_a_naive_time_is_refused_with_its_repair(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_instant(text)
    assert refused.value.code == "naive_time"
    assert "+03:00" in refused.value.remedy


def test_an_instant_is_turned_into_utc() -> None:
    east = datetime(2026, 11, 22, 9, 30, tzinfo=timezone(timedelta(hours=3)))
    assert as_instant(east).isoformat() == "2026-11-22T06:30:00+00:00"


def test_within_reach() -> None:
    for fine in (datetime(1995, 1, 1, tzinfo=UTC), NOW, NOW + timedelta(hours=24)):
        assert within_reach(fine, now=NOW) == fine


@pytest.mark.parametrize(
    ("instant", "code"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), "time_too_early"),
        (datetime(1994, 12, 31, 23, 59, 59, tzinfo=UTC), "time_too_early"),
        (NOW + timedelta(hours=24, seconds=1), "time_in_future"),
        (datetime(9999, 1, 1, tzinfo=UTC), "time_in_future"),
    ],
)
def test_out_of_reach(instant: datetime, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        within_reach(instant, now=NOW)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("day", "name", "expected"),
    [
        (date(2026, 11, 22), "Europe/Istanbul", "2026-11-21T21:00:00+00:00"),
        # Clocks go forward on 8 March: the day has 23 hours, and begins in winter time.
        (date(2026, 3, 8), "America/New_York", "2026-03-08T05:00:00+00:00"),
        (date(2026, 3, 9), "America/New_York", "2026-03-09T04:00:00+00:00"),
        # 25 hours.
        (date(2026, 11, 1), "America/New_York", "2026-11-01T04:00:00+00:00"),
        (date(2026, 11, 2), "America/New_York", "2026-11-02T05:00:00+00:00"),
        # In Beirut this day began at 01:00, because clocks went forward at midnight.
        (date(2022, 3, 27), "Asia/Beirut", "2022-03-26T22:00:00+00:00"),
    ],
)
def test_a_local_day_begins(day: date, name: str, expected: str) -> None:
    assert start_of_day(day, name).isoformat() == expected
    assert local_day(start_of_day(day, name), name) == day
    assert local_day(start_of_day(day, name) - timedelta(seconds=1), name) == day - timedelta(days=1)


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "Europe", "x" * 5000])
def test_unknown_time_zones(name: str) -> None:
    with pytest.raises(Refusal) as refused:
        zone(name)
    assert refused.value.code == "unknown_time_zone"
