"""One night of a large programme: what is due is a small part of what there is, and the night should cost the part.

The members and their books are made by a few statements over generated numbers, in the shape in which the product would
have written them: `regulars verify` finds nothing wrong, before the night and after it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import psycopg

from regulars.database.pool import connection, owning
from regulars.database.scope import scoped
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.queries import shelf
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.found_programme import found_programme
from regulars.flows.nightly_work import NightlyResult, nightly_work
from regulars.flows.verify_books import verify_books
from regulars.interfaces.commandline.benchmarks.costs import Meter
from regulars.interfaces.commandline.benchmarks.ground import RULEBOOK
from regulars.interfaces.commandline.throw_away import throw_away_database

TODAY = date(2026, 6, 15)
_NIGHT = datetime(2026, 6, 14, 22, 0, tzinfo=UTC)
"""00:00 of that day in Berlin."""
_EARNED = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
_ONE_IN = 50
"""Of so many members one loses points, one gets pending points, and one is reminded."""

_NOT_MADE = "transfers_have_causes"
"""The check that is left out: members and their lots are made by hand, and nothing brought them the points."""

_ID = """
    create function pg_temp.night_id(n bigint, k int) returns uuid language sql immutable as $$
        select ('0190' || lpad(to_hex(n), 8, '0') || '70008000' || lpad(to_hex(k), 10, '0')
                || lpad(to_hex(n * 97 %% 256), 2, '0'))::uuid
    $$
"""
_LOTS = """
    create temporary table night_lot as
    select (n * 97 %% 256)::smallint as bucket, n, no,
           pg_temp.night_id(n, 0) as owner, pg_temp.night_id(n, no) as id, pg_temp.night_id(n, no + 16) as act,
           (array[100, 60, 40])[no]::bigint as amount, (no = 2 and n %% %(one)s = 1) as waits,
           case when no = 1 and n %% %(one)s = 0 then %(today)s::date - 1
                when no = 3 and n %% %(one)s = 2 then %(today)s::date + 7
                else %(today)s::date + 100 * (no + 1) end as last_day
    from generate_series(1, %(members)s::bigint) n cross join generate_series(1, 3) no
"""
_FILL = (
    ("members", """
        insert into members_member
        select bucket, owner, %(organisation)s, %(programme)s, n::text, 1, %(earned)s, 'bench'
        from night_lot where no = 1
    """),
    ("acts of operators", """
        insert into audit_entry select bucket, act, %(organisation)s, %(programme)s, %(earned)s, 'bench',
            'points.adjusted', owner, '{}' from night_lot
    """),
    ("transfers", """
        insert into ledger_transfer
            (bucket, id, organisation_id, owner, point_type, entry_no, debit, credit, amount, balance_after, cause_kind,
             cause, occurred_at, posted_at, reason)
        select bucket, id, %(organisation)s, owner, %(type)s, no, 14 - 3 * waits::int, 1 + 2 * waits::int, amount,
               sum(amount * (not waits)::int) over (partition by n order by no), 3, act, %(earned)s, %(earned)s,
               'goodwill'
        from night_lot
    """),
    ("lots", """
        insert into ledger_lot (bucket, id, organisation_id, owner, point_type, amount, remaining, earned_at, last_day)
        select bucket, id, %(organisation)s, owner, %(type)s, amount, amount * (not waits)::int, %(earned)s, last_day
        from night_lot
    """),
    ("pending points", """
        insert into ledger_pending (bucket, lot_id, organisation_id, owner, point_type, amount, waiting, activates_on,
                                    waits_for, cause, expiry)
        select bucket, id, %(organisation)s, owner, %(type)s, amount, amount, %(today)s, '', act, ''
        from night_lot where waits
    """),
    ("balances", """
        insert into ledger_balance (bucket, owner, point_type, organisation_id, available, held, entry_no, pending)
        select bucket, owner, %(type)s, %(organisation)s, sum(amount * (not waits)::int), 0, 3,
               sum(amount * waits::int)
        from night_lot group by bucket, owner
    """),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Night:
    """What one night took. due: lots that went or became active, and messages; of what there is: lots."""

    what: str
    seconds: float
    members: int
    due: int
    statements: int
    wal_bytes: int

    @property
    def members_per_second(self) -> float:
        return self.members / self.seconds

    @property
    def due_per_second(self) -> float:
        return self.due / self.seconds


def measure_nights(members: int, *, say: Callable[[str], None], prove: bool = True) -> list[Night]:
    """A night on which two in a hundred members lose, get and are reminded of points; the same again; the next one.

    Raises RuntimeError where the books are wrong before or afterwards (prove), or not all was done.
    """
    with throw_away_database("night") as url:
        with psycopg.connect(url, autocommit=True) as conn:
            conn.execute("create extension if not exists pg_stat_statements")
        programme = _found()
        _fill(url, programme, members, say)
        if prove:
            _prove(programme, say)
        nights = [
            _night(url, programme, members, what, now, say)
            for what, now in (
                ("a night with 3 x 2 % due", _NIGHT),
                ("the same night again", _NIGHT + timedelta(minutes=5)),
                ("the next night, nothing due", _NIGHT + timedelta(days=1)),
            )
        ]
        if prove:
            _prove(programme, say)
    if [night.due for night in nights] != [3 * _in(members), 0, 0]:
        raise RuntimeError(f"not what was due was done: {[night.due for night in nights]}")
    return nights


def _in(members: int) -> int:
    return members // _ONE_IN


def _found() -> Programme:
    document = RULEBOOK | {"ladders": []}
    document["point_types"] = [
        RULEBOOK["point_types"][0] | {"reminders": ["30 days", "7 days"]},
        RULEBOOK["point_types"][1],
    ]
    with connection() as conn:
        return found_programme(
            conn, Rulebook.model_validate(document), organisation="night", code="night", now=_EARNED, by="bench"
        )


def _fill(url: str, programme: Programme, members: int, say: Callable[[str], None]) -> None:
    with connection() as place, scoped(place, programme.organisation_id):
        number = shelf(place, programme_id=programme.id).point_types["points"]
    values = {
        "members": members, "one": _ONE_IN, "today": TODAY, "organisation": programme.organisation_id,
        "programme": programme.id, "type": number, "earned": _EARNED,
    }  # fmt: skip
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as conn:
        conn.execute(_ID.replace("%%", "%"))
        say(f"Making {members:,} members with 3 lots each")
        conn.execute(_LOTS, values)
        conn.execute("analyze night_lot")
        for what, statement in _FILL:
            say(f"Making {what}")
            conn.execute(statement, values)
        conn.execute("vacuum analyze")


def _prove(programme: Programme, say: Callable[[str], None]) -> None:
    say("Proving the books")
    with owning() as conn:
        report = verify_books(conn, organisation_id=programme.organisation_id)
    wrong = [
        f"{each.name}: {' '.join(each.examples)}" for each in report.results if each.count and each.name != _NOT_MADE
    ]
    if wrong:
        raise RuntimeError("\n".join(wrong))


def _night(url: str, programme: Programme, members: int, what: str, now: datetime, say: Callable[[str], None]) -> Night:
    say(what)
    meter = Meter(url, [os.getpid()])
    before = meter.read()
    with connection() as conn, scoped(conn, programme.organisation_id):
        started = time.perf_counter()
        done = nightly_work(conn, programme_id=programme.id, now=now)
        seconds = time.perf_counter() - started
    costs = meter.read().since(before)
    meter.close()
    return Night(what, seconds, members, _due(done), costs.statements, costs.wal_bytes)


def _due(done: NightlyResult) -> int:
    """Rows that were due, from points: every lot that goes has 100, every one that becomes active 60."""
    return done.points_expired // 100 + done.points_activated // 60 + done.messages
