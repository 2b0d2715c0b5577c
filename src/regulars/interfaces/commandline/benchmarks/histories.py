"""How long a history takes to be played again: made with the real flows first, then back-tested on all cores.

What counts is the processor time of an event, which is nearly the same on a busy machine; seconds are what somebody
waits who has the machine alone.
"""

from __future__ import annotations

import copy
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg

from regulars.database.pool import connection
from regulars.domain.events.contracts import ORDER, Event, MemberReference, Order, OrderLine
from regulars.domain.members.contracts import NewMember
from regulars.domain.programmes.contracts import Programme
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.backtests.running import on_cores, run
from regulars.flows.backtests.wish import Wish
from regulars.flows.enrol_member import enrol_members
from regulars.flows.found_programme import found_programme
from regulars.flows.nightly_work import nightly_work
from regulars.flows.process_events import process_events
from regulars.interfaces.commandline.benchmarks.costs import Meter
from regulars.interfaces.commandline.benchmarks.ground import RULEBOOK
from regulars.interfaces.commandline.throw_away import throw_away_database

MILLION = 1_000_000
_FIRST = datetime(2025, 1, 1, 11, 0, tzinfo=UTC)
_MONTHS = 13
_MONTH = timedelta(weeks=4)
_EACH = 50
"""Orders of one member in the year."""
_BATCH = 500
_CATEGORIES = ("coffee", "tea", "cake")

SMALL: dict[str, Any] = copy.deepcopy(RULEBOOK)
"""Two rules, one point type that lasts three months, and a ladder."""
SMALL["point_types"] = [
    {"id": "points", "name": "Points", "expiry": {"policy": "after", "period": "3 months", "round_up": "month"}}
]
SMALL["earn_rules"] = RULEBOOK["earn_rules"][:2]
LARGE: dict[str, Any] = copy.deepcopy(SMALL)
"""Eight rules: about money, lines, channels, amounts, tiers, shops and a weekday."""
LARGE["earn_rules"] = [
    *RULEBOOK["earn_rules"][:4],
    {"id": "tea", "name": "Tea", "earn": {"strategy": "fixed_bonus", "points": 3},
     "lines": {"field": "line.category", "is": "tea"}},
    {"id": "gold", "name": "Gold", "earn": {"strategy": "multiplier", "factor": "1.2", "of": "base"},
     "when": {"field": "member.tier.status", "is": "gold"}},
    {"id": "shop", "name": "One shop", "earn": {"strategy": "fixed_bonus", "points": 7},
     "when": {"field": "event.store", "one_of": ["s1", "s2"]}},
    {"id": "small", "name": "Small ones", "earn": {"strategy": "fixed_bonus", "points": 1},
     "when": {"field": "order.amount", "at_most": 10}},
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Played:
    """One back-test. sides: 1 where the live version is played alone, 2 where a draft is played beside it.

    rules: of the side that is named; seconds: from asking to having the figures, and of them starting: until the first
    part was there. cpu_python: seconds of processor time of all our processes, without cpu_starting, which they need
    to be there at all; cpu_postgres: of the server, None where it cannot be seen. load: how many programs wanted a
    core meanwhile, this one included; cores: how many there are.
    """

    what: str
    rules: int
    sides: int
    events: int
    members: int
    seconds: float
    starting: float
    cpu_starting: float
    cpu_python: float
    cpu_postgres: float | None
    load: float
    cores: int

    @property
    def cpu_us(self) -> float:
        """Processor time for one event, all sides and PostgreSQL, in microseconds; starting is not in it."""
        return (self.cpu_python + (self.cpu_postgres or 0.0)) / self.events * MILLION

    @property
    def seconds_a_million(self) -> float:
        """What a million events would take here and now; what is done once is in it once."""
        return self.starting + (self.seconds - self.starting) / self.events * MILLION


def measure_histories(events: int, *, say: Callable[[str], None]) -> list[Played]:
    """Makes a year of so many orders in a throw-away database, and plays it: as it was, and beside two drafts.

    Raises RuntimeError where the version that was in force, played as a draft, does not give what the live side gave.
    """
    with throw_away_database("history") as url:
        with psycopg.connect(url, autocommit=True) as conn:
            conn.execute("create extension if not exists pg_stat_statements")
        programme = make_history(events, say=say)
        with psycopg.connect(url, autocommit=True) as conn:
            conn.execute("vacuum analyze")
        return [
            _played(url, programme, what, document, say)
            for what, document in (
                ("as it was", None),
                ("beside a draft of two rules", SMALL),
                ("beside a draft of eight rules", LARGE),
            )
        ]


def make_history(events: int, *, say: Callable[[str], None]) -> Programme:
    """A programme with a year behind it: members buy about once a week, points come and go."""
    with connection() as conn:
        programme = found_programme(
            conn, Rulebook.model_validate(SMALL), organisation="history", code="history", now=_FIRST, by="bench"
        )
    members = max(events // _EACH, 1)
    with connection(programme.organisation_id) as conn:
        for start in range(0, members, _BATCH):
            new = [
                NewMember(external_id=f"m{number}", name=f"Member {number}", enrolled_at=_FIRST)
                for number in range(start, min(start + _BATCH, members))
            ]
            enrol_members(conn, new, programme_id=programme.id, via="import", now=_FIRST)
        orders = _orders(events, members)
        done = 0
        for month in range(1, _MONTHS + 1):
            now = _FIRST + month * _MONTH
            until = events * month // _MONTHS
            while done < until:
                batch = [next(orders) for _ in range(min(_BATCH, until - done))]
                process_events(conn, batch, programme_id=programme.id, now=now)
                done += len(batch)
            nightly_work(conn, programme_id=programme.id, now=now)
            say(f"Making a history: {done:,} of {events:,} events")
    return programme


def _orders(events: int, members: int) -> Iterator[Event]:
    for number in range(events):
        cents = [100 + (number * 37 + place * 411) % 2400 for place in range(2)]
        lines = [
            OrderLine(
                Decimal(each).scaleb(-2), sku=f"a{each % 97}", name="Article", brand="own",
                category=_CATEGORIES[(number + place) % 3],
            )
            for place, each in enumerate(cents)
        ]  # fmt: skip
        yield Event(
            f"e{number}", ORDER, MemberReference(external_id=f"m{number * 7 % members}"),
            _FIRST + _MONTHS * _MONTH * number / events, "till",
            "app" if number % 3 else "", f"s{number % 50}",
            Order(f"o{number}", "EUR", Decimal(sum(cents)).scaleb(-2), lines=lines),
        )  # fmt: skip


def _played(
    url: str, programme: Programme, what: str, document: dict[str, Any] | None, say: Callable[[str], None]
) -> Played:
    say(f"Playing it {what}")
    draft = None if document is None else Rulebook.model_validate(document).document()
    wish = Wish(programme.id, programme.organisation_id, _FIRST + _MONTHS * _MONTH, document=draft)
    done_at: list[float] = []

    def told(done: int, parts: int) -> bool:
        done_at.append(time.perf_counter())
        say(f"Playing it {what}: {done} of {parts} parts")
        return True

    meter, idle = Meter(url, []), _cpu()
    for _ in on_cores(wish, [[]] * (os.cpu_count() or 1)):
        pass  # processes start and compile the rules, and have nothing to play
    idle = _cpu() - idle
    before, cpu, began = meter.read(), _cpu(), time.perf_counter()
    with connection(programme.organisation_id) as conn:
        part, _ = run(conn, wish, told=told, mapped=on_cores)
    seconds, cpu = time.perf_counter() - began, _cpu() - cpu
    server = meter.read().since(before).cpu.get("postgres")
    meter.close()
    if document is SMALL and part.draft.figures.moved != part.live.figures.moved:
        raise RuntimeError("the version that was in force gives something else as a draft")
    live = part.live.figures
    return Played(
        what, len((document or SMALL)["earn_rules"]), 1 if draft is None else 2, live.events, live.members, seconds,
        done_at[0] - began, idle, cpu - idle, server, os.getloadavg()[0], os.cpu_count() or 1,
    )  # fmt: skip


def _cpu() -> float:
    """Seconds of processor time of this process, and of those that it started and that are over."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system
