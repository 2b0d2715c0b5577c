"""Selecting for occasions reads an index, whatever the size of the programme: the plans of many members."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest

from regulars.database.pool import Connection, connect, owning
from regulars.domain.events.doings import anything_done
from regulars.domain.events.queries import went_quiet
from regulars.domain.members.queries import born_on, joined_within
from regulars.domain.programmes.occasions import dates_of
from tests.factories import Shop, open_shop

MEMBERS = 20_000
DAY = datetime(2026, 2, 1, tzinfo=UTC)

_FILL = (
    """
    create temporary table made as
    select gen_random_uuid() as id, n, date '1950-01-01' + (n * 7919 %% 20000) as born,
           timestamptz '2016-01-01' + (n * 1000003::bigint %% 5200000) * interval '1 minute' as joined
    from generate_series(1, %(members)s) n
    """,
    """
    insert into members_member
        (bucket, id, organisation_id, programme_id, card_number, status, enrolled_at, enrolled_via)
    select get_byte(uuid_send(id), 15), id, %(organisation)s, %(programme)s, n::text, 1, joined, 'tests' from made
    """,
    """
    insert into members_person
        (bucket, member_id, organisation_id, programme_id, name, email, phone, birth_date, language, search)
    select get_byte(uuid_send(id), 15), id, %(organisation)s, %(programme)s, '', '', '', born, 'en', '' from made
    """,
    # One event each, under the id of its member, in the order of time.
    """
    insert into events_event
        (bucket, id, organisation_id, programme_id, member_id, rulebook_id, amount_minor, occurred_at, received_at,
         type, source, external_id, body, answer)
    select get_byte(uuid_send(id), 15), id, %(organisation)s, %(programme)s, id, 1, 0, at, at,
           'order', 'till', n::text, repeat('x', 400), '{}'
    from (select made.*, timestamptz '2025-09-01' + n * interval '13 minutes' as at from made) o order by at
    """,
    "drop table made",
    "select brin_summarize_new_values('events_event_time')",
    "analyze members_member",
    "analyze members_person",
    "analyze events_event",
)


@pytest.fixture(scope="module")
def crowd(database_url: str) -> Iterator[Shop]:
    with connect() as conn:
        shop = open_shop(conn)
        place = {"organisation": shop.programme.organisation_id, "programme": shop.programme.id, "members": MEMBERS}
        with owning() as owner:
            for each in _FILL:
                owner.execute(each, place if "%(" in each else None)
        yield shop
        with owning() as owner, owner.transaction():  # others verify the whole database, and these are no real events
            owner.execute("set local session_replication_role = replica")
            for table in ("events_event", "members_person", "members_member"):
                owner.execute(f"delete from {table} where programme_id = %s", [shop.programme.id])


def plan_of(shop: Shop, ask: Any) -> str:
    """How the database works the query, for the program's own role, which sees one organisation."""
    asked: list[tuple[str, Any]] = []
    original = Connection.execute

    def remember(self: Connection, query: Any, params: Any = None, **more: Any) -> Any:
        asked.append((query, params))
        return original(self, query, params, **more)

    with patch.object(Connection, "execute", remember):
        ask()
    query, params = asked[-1]
    rows = shop.conn.execute("explain (analyze, costs off, timing off, summary off) " + query, params).fetchall()
    return "\n".join(line for (line,) in rows)


def test_birthdays_are_found_by_their_dates(crowd: Shop) -> None:
    found: list[Any] = []

    def ask() -> None:
        found.extend(
            born_on(crowd.conn, programme_id=crowd.programme.id, dates=dates_of(date(2026, 5, 1)), known_by=DAY)
        )

    plan = plan_of(crowd, ask)
    assert found
    assert {(born.month, born.day) for _, born in found} == {(5, 1)}
    assert "members_person_born" in plan, plan
    assert "Seq Scan on members_person" not in plan, plan


def test_anniversaries_are_found_by_the_time_of_joining(crowd: Shop) -> None:
    spans = [(datetime(year, 5, 1, tzinfo=UTC), datetime(year, 5, 2, tzinfo=UTC)) for year in range(1995, 2026)]
    plan = plan_of(crowd, lambda: joined_within(crowd.conn, programme_id=crowd.programme.id, spans=spans))
    assert "members_member_newest" in plan, plan
    assert "Seq Scan" not in plan, plan


def test_whether_anything_was_done_reads_no_events_of_others(crowd: Shop) -> None:
    plan = plan_of(crowd, lambda: anything_done(crowd.conn, programme_id=crowd.programme.id))
    assert "Seq Scan on events_event" not in plan, plan
    assert "events_event_member" in plan, plan


def test_silence_is_found_by_the_blocks_of_the_day(crowd: Shop) -> None:
    day = datetime(2025, 10, 1, tzinfo=UTC)
    until = day + timedelta(days=1)
    # With few events the planner reads the whole index of members instead; what must be so is that it has the choice.
    with crowd.conn.transaction():
        crowd.conn.execute("set local enable_indexscan = off")
        plan = plan_of(crowd, lambda: went_quiet(crowd.conn, programme_id=crowd.programme.id, since=day, until=until))
    assert "Bitmap Index Scan on events_event_time" in plan, plan
    assert "events_event_member" in plan, plan
    assert "Seq Scan" not in plan, plan
