"""A sandbox's clock: however it gets to a day, everything is as if the days had passed one by one."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pytest
from psycopg import sql

from regulars.database.pool import Connection, connection
from regulars.domain.audit.contracts import programme_subject
from regulars.domain.audit.queries import acts_about
from regulars.domain.members.queries import external_ids_of
from regulars.domain.programmes.queries import clock, programme_now
from regulars.domain.rewards.contracts import RewardDraft
from regulars.flows import move_clock as move_clock_module
from regulars.flows.move_clock import ClockMove, Destination, move_clock, read_destination
from regulars.flows.nightly_work import NightlyResult, nightly_work
from regulars.flows.redeem_reward import redeem_reward
from regulars.flows.save_reward import save_reward
from regulars.kernel.errors import Conflict, Refusal
from regulars.kernel.periods import Period
from tests.books import nothing_changes
from tests.factories import NOON, RULEBOOK, Shop, open_shop

YEAR_LATER = datetime.fromisoformat("2027-03-02T12:00:00Z")
SHORT = RULEBOOK | {
    "point_types": [
        {"id": "points", "name": "Points", "expiry": {"policy": "after", "period": "3 months", "round_up": "month"}}
    ],
    "ladders": [RULEBOOK["ladders"][0] | {"window": "6 months"}],
}
"""Points and tiers that are gone within the year."""
HELD = timedelta(days=40, minutes=7)
BERLIN = ZoneInfo("Europe/Berlin")
_OWN = ("audit_entry", "programmes_programme")
"""What tells how the days passed, rather than what happened on them."""
_NAMES = frozenset(
    {
        "bucket", "organisation_id", "programme_id", "point_type", "reward_id", "rulebook_id", "card_number", "code",
        "external_id", "order_number", "body", "answer", "search", "value",
    }
)  # fmt: skip
"""Columns that differ between two programmes with the same story, and never change."""


@pytest.fixture
def sandbox(conn: Connection) -> Shop:
    return lively(conn)


def lively(conn: Connection) -> Shop:
    """A sandbox with members of all tiers whose points end on different days, and two open holds."""
    shop = open_shop(conn, SHORT, sandbox=True)
    conn = shop.conn
    draft = RewardDraft(code="five", type="discount_voucher", name="5 off", price=20, parameters={"amount": "5.00"})
    reward = save_reward(conn, draft, programme_id=shop.programme.id, now=shop.now, by="tests")
    for number, total in enumerate(("30.00", "210.00", "520.00", "40.00", "250.00")):
        member = shop.enrol(f"member-{number}", enrolled_at=NOON - timedelta(days=200))
        shop.buy(member, total, at=NOON - timedelta(days=31 * number))
        shop.buy(member, "25.00", at=NOON - timedelta(days=17 * number + 3))
        if number in (1, 2):
            redeem_reward(
                conn,
                programme_id=shop.programme.id,
                member_id=member,
                reward_id=reward.id,
                now=shop.now,
                by="tests",
                hold_for=HELD * number,
            )
    return shop


def move(shop: Shop, to: Destination, *, at: datetime | None = None, **options: Any) -> ClockMove:
    return move_clock(shop.conn, programme_id=shop.programme.id, to=to, at=at or shop.now, by="tests", **options)


def reads(shop: Shop) -> datetime:
    return programme_now(shop.conn, programme_id=shop.programme.id, at=shop.now)


def differences(one: Shop, other: Shop) -> list[str]:
    """Rows that only one of two programmes has."""
    first, second = Counter(story(one)), Counter(story(other))
    assert sum(first.values()) > 50
    return sorted([*(f"- {row}" for row in first - second), *(f"+ {row}" for row in second - first)])


def story(shop: Shop) -> Iterator[str]:
    """Every row of the programme's organisation, with names in the place of ids."""
    of = shop.programme
    names = {str(member): name for name, member in external_ids_of(shop.conn, programme_id=of.id)}
    tables = shop.conn.execute(
        "select table_name from information_schema.columns where table_schema = 'public'"
        " and column_name = 'organisation_id' order by 1"
    ).fetchall()
    for (table,) in tables:
        if table in _OWN:
            continue
        rows = shop.conn.execute(
            sql.SQL("select to_jsonb(t) from {} t where organisation_id = %s").format(sql.Identifier(table)),
            [of.organisation_id],
        )
        yield from (f"{table} {json.dumps(_plain(row, names), sort_keys=True)}" for (row,) in rows)


def _plain(row: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return {
        column: names.get(str(value), "*") if _is_id(value) else value
        for column, value in row.items()
        if column not in _NAMES and not (column == "id" and isinstance(value, int))
    }


def _is_id(value: object) -> bool:
    try:
        return isinstance(value, str) and len(value) == 36 and bool(UUID(value))
    except ValueError:
        return False


def in_one_move(shop: Shop) -> list[NightlyResult]:
    return [move(shop, YEAR_LATER).done]


def month_by_month(shop: Shop) -> list[NightlyResult]:
    return [move(shop, Period(months=1)).done for _ in range(12)]


def bit_by_bit(shop: Shop) -> list[NightlyResult]:
    done = []
    while True:
        done.append((moved := move(shop, YEAR_LATER, most_nights=31)).done)
        if moved.is_complete:
            return done


def day_by_day(shop: Shop) -> list[NightlyResult]:
    """What the worker does in a live programme: now, at every midnight, and whenever a hold has ended."""
    days = (date(2026, 3, 3) + timedelta(days=number) for number in range(365))
    instants = [datetime(day.year, day.month, day.day, tzinfo=BERLIN) for day in days]
    instants += [NOON, NOON + HELD, NOON + HELD * 2]
    return [nightly_work(shop.conn, programme_id=shop.programme.id, now=at.astimezone(UTC)) for at in sorted(instants)]


@pytest.mark.parametrize("passes", [in_one_move, month_by_month, bit_by_bit])
def test_a_year_is_a_year_however_it_passes(conn: Connection, passes: Callable[[Shop], list[NightlyResult]]) -> None:
    moved, lived = lively(conn), lively(conn)
    assert differences(moved, lived) == []

    results, expected = passes(moved), day_by_day(lived)

    assert differences(moved, lived) == []
    assert total(results) == total(expected)
    done = total(expected)
    assert min(done.holds_released, done.members_moved, done.points_expired) > 0, "the story has something of each"
    assert reads(moved) == YEAR_LATER


def total(results: list[NightlyResult]) -> NightlyResult:
    return NightlyResult(*map(sum, zip(*results, strict=True)))


def test_what_happened_is_told(sandbox: Shop) -> None:
    stops: list[datetime] = []

    moved = move(sandbox, date(2026, 6, 1), told=stops.append)

    assert (moved.began, moved.reads, moved.to) == (NOON, stops[-1], datetime(2026, 6, 1, tzinfo=BERLIN))
    assert moved.is_complete
    assert moved.nights == 91
    assert NOON + HELD in stops
    assert len(stops) == 1 + 91 + 2  # where it began, the midnights, and two ends of holds
    assert stops == sorted(stops)
    (act, *_) = acts_about(sandbox.conn, subject=programme_subject(sandbox.programme.id))
    assert (act.action, act.by, act.at) == ("clock.moved", "tests", NOON)
    assert act.details == {"from": NOON.isoformat(), "to": "2026-05-31T22:00:00+00:00"}


def test_a_moved_clock_ticks_on(sandbox: Shop) -> None:
    move(sandbox, date(2026, 6, 1))
    sandbox.later(hours=3)

    assert reads(sandbox) == datetime(2026, 6, 1, 3, tzinfo=BERLIN)
    assert clock(sandbox.conn, programme_id=sandbox.programme.id).ahead.days == 90


def test_a_live_programme_goes_by_the_given_time(shop: Shop) -> None:
    assert programme_now(shop.conn, programme_id=shop.programme.id, at=NOON) == NOON
    assert programme_now(shop.conn, programme_id=shop.programme.id, at=YEAR_LATER) == YEAR_LATER


def test_a_period_keeps_the_time_of_day_over_the_change_of_the_hour(sandbox: Shop) -> None:
    move(sandbox, Period(months=1))

    assert reads(sandbox) == datetime(2026, 4, 2, 13, 0, tzinfo=BERLIN)


def test_a_move_to_where_the_clock_stands_does_what_is_late(conn: Connection) -> None:
    late = lively(conn)
    late.later(days=100)

    moved = move(late, late.now)

    assert (moved.nights, moved.done.holds_released) == (0, 2)


def test_a_move_that_was_killed_goes_on_where_it_stopped(conn: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    killed, lived = lively(conn), lively(conn)
    day_by_day(lived)
    nights = iter(range(1000))

    def dies(*arguments: Any, **named: Any) -> NightlyResult:
        done = nightly_work(*arguments, **named)
        if next(nights) == 200:
            raise KeyboardInterrupt
        return done

    with monkeypatch.context() as patch:
        patch.setattr(move_clock_module, "nightly_work", dies)
        with pytest.raises(KeyboardInterrupt):
            move(killed, YEAR_LATER)
    stopped_at = reads(killed)
    assert NOON + timedelta(days=190) < stopped_at < NOON + timedelta(days=210)

    assert move(killed, YEAR_LATER).began == stopped_at
    assert differences(killed, lived) == []


def test_two_moves_at_once_come_one_after_the_other(conn: Connection) -> None:
    both, one = lively(conn), lively(conn)
    barrier = threading.Barrier(2)

    def thirty_days(_: int) -> ClockMove:
        with connection(both.programme.organisation_id) as own:
            barrier.wait(timeout=30)
            return move_clock(own, programme_id=both.programme.id, to=Period(days=30), at=NOON, by="tests")

    with ThreadPoolExecutor(2) as threads:
        first, second = sorted(threads.map(thirty_days, range(2)))

    assert (first.began, first.reads) == (NOON, second.began)
    assert [first.nights, second.nights] == [30, 30]
    move(one, Period(days=60))
    assert reads(both) == reads(one)
    assert differences(both, one) == []


@pytest.mark.parametrize(
    ("to", "code"),
    [
        (NOON - timedelta(seconds=1), "clock_backwards"),
        (date(2026, 3, 2), "clock_backwards"),
        (datetime(2026, 5, 1), "naive_time"),  # noqa: DTZ001 - a naive time is what is tried
        (Period(months=121), "clock_too_far"),
        (date(2036, 3, 3), "clock_too_far"),
        (date(9999, 12, 31), "clock_too_far"),
    ],
)
def test_what_a_clock_cannot_do_is_refused(sandbox: Shop, to: Destination, code: str) -> None:
    with nothing_changes(sandbox), pytest.raises(Refusal) as refused:
        move(sandbox, to)
    assert (refused.value.code, refused.value.field) == (code, "to")
    assert reads(sandbox) == NOON


def test_no_clock_runs_more_than_a_hundred_years_ahead(conn: Connection) -> None:
    shop = open_shop(conn, sandbox=True)
    conn.execute("update programmes_programme set clock_ahead = '36500 days' where id = %s", [shop.programme.id])

    with nothing_changes(shop), pytest.raises(Refusal) as refused:
        move(shop, Period(months=2))
    assert refused.value.code == "clock_too_far"


def test_the_clock_of_a_live_programme_stays(shop: Shop) -> None:
    with nothing_changes(shop), pytest.raises(Conflict) as refused:
        move(shop, Period(days=1))
    assert refused.value.code == "clock_of_live_programme"
    assert "--sandbox" in refused.value.remedy


@pytest.mark.parametrize(
    "change",
    ["clock_ahead = clock_ahead - interval '1 second'", "sandbox = false", "clock_ahead = interval '-1 day'"],
)
def test_the_database_lets_no_clock_go_back_and_no_sandbox_go_live(
    sandbox: Shop, owner_conn: psycopg.Connection[tuple[object, ...]], change: str
) -> None:
    move(sandbox, Period(days=2))
    with pytest.raises(psycopg.errors.CheckViolation):
        owner_conn.execute(f"update programmes_programme set {change} where id = %s", [sandbox.programme.id])


def test_the_database_gives_a_live_programme_no_clock(
    shop: Shop, owner_conn: psycopg.Connection[tuple[object, ...]]
) -> None:
    for change in ("clock_ahead = interval '1 day'", "sandbox = true"):
        with pytest.raises(psycopg.errors.CheckViolation):
            owner_conn.execute(f"update programmes_programme set {change} where id = %s", [shop.programme.id])


def test_destinations_are_read_as_people_write_them() -> None:
    assert read_destination(to="2027-03-01", period=None) == date(2027, 3, 1)
    assert read_destination(to="2027-03-01T09:00:00+03:00", period=None) == datetime(2027, 3, 1, 6, tzinfo=UTC)
    assert read_destination(to=None, period="2 weeks") == Period(days=14)
    for to, period, code in (
        (None, None, "clock_destination_unclear"),
        ("2027-03-01", "1 day", "clock_destination_unclear"),
        ("2027-03-01T09:00:00", None, "naive_time"),
        ("soon", None, "bad_time"),
        (None, "soon", "bad_period"),
    ):
        with pytest.raises(Refusal) as refused:
            read_destination(to=to, period=period)
        assert refused.value.code == code
