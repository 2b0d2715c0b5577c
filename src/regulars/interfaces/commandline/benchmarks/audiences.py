"""Audiences of a large programme: filled, refreshed, counted while somebody writes, imported from a list and undone.

The members and their past are made by a few statements over generated numbers. What moves is known beforehand, and a
run that moves anybody else is no figure.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg

from regulars.database.pool import Connection, connection
from regulars.database.scope import scoped
from regulars.domain.audiences.contracts import CONDITIONS, AudienceDraft, Kind, Mode, Moved
from regulars.domain.audiences.queries import audiences, latest_runs
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.queries import shelf
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.found_programme import found_programme
from regulars.flows.import_list import begin_import, decide_import, read_on, undo_import
from regulars.flows.member_filter import preview
from regulars.flows.member_vocabulary import vocabulary_of
from regulars.flows.read_list import MOST_ROWS
from regulars.flows.refresh_audiences import refresh_audience, refresh_audiences
from regulars.flows.save_audience import save_audience
from regulars.interfaces.commandline.benchmarks.costs import Meter
from regulars.interfaces.commandline.benchmarks.ground import RULEBOOK
from regulars.interfaces.commandline.throw_away import throw_away_database

_JOINED = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
_NOW = datetime(2026, 6, 14, 12, 0, tzinfo=UTC)
_TODAY = date(2026, 6, 14)
_COUNTS = 11
"""How often a tree is counted; the middle one is told."""
_MEASURE = {"id": "visits", "name": "Visits in 30 days", "window": "30 days"}
_TEN_PERCENT = {"field": "member.orders", "at_least": 9}
_OFTEN = {"field": "history.visits", "at_least": 3}
_TREE = {"all": [_TEN_PERCENT, {"field": "member.days", "more_than": 30}, {"not": _OFTEN}]}

_ID = """
    create function pg_temp.bench_id(n bigint) returns uuid language sql immutable as $$
        select ('0190' || lpad(to_hex(n), 8, '0') || '7000800000000000' || '00'
                || lpad(to_hex(n * 97 % 256), 2, '0'))::uuid
    $$
"""
_NUMBERS = """
    create temporary table bench_number as
    select n, (n * 97 %% 256)::smallint as bucket, pg_temp.bench_id(n) as id
    from generate_series(1, %(members)s::bigint) n
"""
_FILL = (
    ("members", """
        insert into members_member
        select bucket, id, %(organisation)s, %(programme)s, n::text, 1, %(joined)s, 'bench' from bench_number
    """),
    ("people", """
        insert into members_person
            (bucket, member_id, organisation_id, programme_id, name, email, phone, language, search)
        select bucket, id, %(organisation)s, %(programme)s, 'M ' || n, '', '', 'en', 'm ' || n from bench_number
    """),
    ("claims", """
        insert into members_claim (bucket, programme_id, kind, value, organisation_id, member_id)
        select get_byte(sha256(convert_to('C-' || n, 'UTF8')), 0), %(programme)s, 'external_id', 'C-' || n,
               %(organisation)s, id
        from bench_number
    """),
    ("their past", """
        insert into events_history select bucket, id, %(organisation)s, %(programme)s, n %% 10, n %% 10,
            100 * (n %% 10), %(joined)s, %(joined)s from bench_number where n %% 10 > 0
    """),
    ("what is counted", """
        insert into tallies_tally (bucket, member_id, key, day, organisation_id, programme_id, amount)
        select bucket, id, %(key)s, %(today)s::date - back, %(organisation)s, %(programme)s, 1 + n %% 2
        from bench_number cross join unnest(array[2, 9, 40]) back where n %% 4 < 2
    """),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AudienceFigure:
    """What one thing took. moved: members who joined or left; members: of the programme."""

    what: str
    seconds: float
    members: int
    moved: int
    statements: int
    wal_bytes: int


def measure_audiences(members: int, *, say: Callable[[str], None]) -> list[AudienceFigure]:
    """Every figure, in the order in which they were taken. Raises RuntimeError where others moved than should have."""
    with throw_away_database("audiences") as url:
        with psycopg.connect(url, autocommit=True) as conn:
            conn.execute("create extension if not exists pg_stat_statements")
        programme = _found()
        _fill(url, programme, members, say)
        with connection() as conn, scoped(conn, programme.organisation_id):
            return _Bench(url, conn, programme, members, say).figures()


class _Bench:
    def __init__(
        self, url: str, conn: Connection, programme: Programme, members: int, say: Callable[[str], None]
    ) -> None:
        self._url = url
        self._conn = conn
        self._programme = programme
        self._members = members
        self._say = say
        self._found: list[AudienceFigure] = []

    def figures(self) -> list[AudienceFigure]:
        tenth, half, quarter = self._members // 10, self._members // 2, self._members // 4
        self._save("guests", None)
        self._take("an audience of 10 % is filled", tenth, lambda: self._save("tenth", _TEN_PERCENT))
        self._take("an audience by a measure, 25 %, is filled", quarter, lambda: self._save("often", _OFTEN))
        self._vacuum()
        self._take("10 %: refreshed, nobody moves", 0, lambda: self._refresh("tenth"))
        self._take("by a measure: refreshed, nobody moves", 0, lambda: self._refresh("often"))
        self._conn.execute("update events_history set orders = 9 where orders = 8 and bucket < 26")
        moved = self._conn.execute("select count(*) from events_history where orders = 9").fetchone()
        come = (moved[0] if moved else 0) - tenth
        self._take(f"10 %: refreshed, {come:,} join", come, lambda: self._refresh("tenth"))
        for name, tree in (("10 %", _TEN_PERCENT), ("a measure", _OFTEN), ("a tree of three", _TREE)):
            self._count(name, tree)
        tomorrow = _NOW + timedelta(days=1)
        self._take("the night, nobody moves", 0, lambda: self._night(tomorrow))
        self._take("the same night again", 0, lambda: self._night(tomorrow + timedelta(minutes=5)))
        rows = min(MOST_ROWS, half)
        content = ("external_id\n" + "".join(f"C-{number}\n" for number in range(1, rows + 1))).encode()
        self._take(f"a list of {rows:,} rows is imported", rows, lambda: self._import(content))
        self._take("the import is undone", rows, self._undo)
        return self._found

    def _take(self, what: str, expected: int, act: Callable[[], int]) -> None:
        self._say(what)
        meter = Meter(self._url, [os.getpid()])
        before = meter.read()
        started = time.perf_counter()
        moved = act()
        seconds = time.perf_counter() - started
        costs = meter.read().since(before)
        meter.close()
        if moved != expected:
            raise RuntimeError(f"{what}: {moved:,} members moved, and {expected:,} should have")
        self._found.append(AudienceFigure(what, seconds, self._members, moved, costs.statements, costs.wal_bytes))

    def _count(self, name: str, tree: dict[str, Any]) -> None:
        known = audiences(self._conn, programme_id=self._programme.id)
        asked = vocabulary_of(shelf(self._conn, programme_id=self._programme.id), known, now=_NOW)
        condition = CONDITIONS.validate_python(tree)
        times = []
        for _ in range(_COUNTS):
            started = time.perf_counter()
            preview(self._conn, condition, asked, programme_id=self._programme.id)
            times.append(time.perf_counter() - started)
        what = f"live count and sample, {name} (p50 of {_COUNTS})"
        self._found.append(AudienceFigure(what, statistics.median(times), self._members, 0, 3, 0))

    def _save(self, code: str, tree: dict[str, Any] | None) -> int:
        conditions = None if tree is None else CONDITIONS.validate_python(tree)
        kind = Kind.static if tree is None else Kind.dynamic
        draft = AudienceDraft(code, code.title(), kind, conditions)
        return save_audience(self._conn, draft, programme_id=self._programme.id, now=_NOW, by="bench").members

    def _refresh(self, code: str) -> int:
        return _moved(refresh_audience(self._conn, programme_id=self._programme.id, code=code, now=_NOW, by="bench"))

    def _night(self, now: datetime) -> int:
        return refresh_audiences(self._conn, programme_id=self._programme.id, now=now)

    def _import(self, content: bytes) -> int:
        waiting = begin_import(
            self._conn, content, programme=self._programme, code="guests", file_name="guests.csv", mode=Mode.replace_,
            now=_NOW, by="bench",
        )  # fmt: skip
        while not waiting.is_read:
            waiting = read_on(self._conn, waiting.id, programme=self._programme)
        moved, _ = decide_import(
            self._conn, waiting.id, programme=self._programme, code="guests", now=_NOW, by="bench"
        )  # fmt: skip
        return _moved(moved)

    def _undo(self) -> int:
        guests = next(each for each in audiences(self._conn, programme_id=self._programme.id) if each.code == "guests")
        (run,) = latest_runs(self._conn, audience_id=guests.id, limit=1)
        return _moved(
            undo_import(self._conn, run.id, programme=self._programme, code="guests", now=_NOW, by="bench")
        )  # fmt: skip

    def _vacuum(self) -> None:
        with psycopg.connect(self._url, autocommit=True) as conn:
            conn.execute("vacuum analyze")


def _moved(moved: Moved) -> int:
    return moved.joined + moved.gone


def _found() -> Programme:
    rulebook = Rulebook.model_validate(RULEBOOK | {"measures": [_MEASURE]})
    with connection() as conn:
        return found_programme(
            conn, rulebook, organisation="audiences", code="audiences", now=_JOINED, by="bench"
        )  # fmt: skip


def _fill(url: str, programme: Programme, members: int, say: Callable[[str], None]) -> None:
    with connection() as conn, scoped(conn, programme.organisation_id):
        measure = shelf(conn, programme_id=programme.id).latest.rulebook.measures[0]
    values = {
        "members": members, "organisation": programme.organisation_id, "programme": programme.id, "joined": _JOINED,
        "today": _TODAY, "key": measure.key,
    }  # fmt: skip
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as server:
        server.execute(_ID)
        say(f"Making {members:,} members")
        server.execute(_NUMBERS, values)
        server.execute("analyze bench_number")
        for what, statement in _FILL:
            say(f"Making {what}")
            server.execute(statement, values)
        server.execute("vacuum analyze")
