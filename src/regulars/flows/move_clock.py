"""The clock of a sandbox programme moves forward, midnight after midnight, as if the days had really passed.

A step goes to the next instant at which something may fall due: a local midnight, the end of a hold, the destination.
The work of the step and the clock that shows it are one transaction, so a move that was stopped has simply come less
far: whoever moves the clock again goes on from there. A step on which nothing is due reads a few index pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import psycopg
from psycopg import errors

from regulars.domain.audit.commands import record_act
from regulars.domain.audit.contracts import programme_subject
from regulars.domain.ledger.holds import holds_past
from regulars.domain.programmes.commands import lock_clock, one_mover, set_clock
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.flows.nightly_work import NightlyResult, nightly_work
from regulars.kernel.clock import as_instant, local_day, parse_instant, start_of_day, zone
from regulars.kernel.errors import Conflict, Refusal
from regulars.kernel.ids import new_id
from regulars.kernel.periods import Period, parse_period

LONGEST_MOVE = Period(months=120)
_FARTHEST_AHEAD = Period(months=1_200)
_TOMORROW = timedelta(days=1)
_ATTEMPTS = 3

Destination = datetime | date | Period
"""An instant; the first moment of a day in the programme's time zone; or a period from what the clock reads."""


class ClockMove(NamedTuple):
    """What a move did. done: the work of all its nights, summed. reads: what the clock reads now, at or before `to`."""

    began: datetime
    reads: datetime
    to: datetime
    nights: int
    done: NightlyResult

    @property
    def is_complete(self) -> bool:
        return self.reads == self.to


def read_destination(*, to: str | None, period: str | None) -> Destination:
    """Where a clock shall go, as people write it: '2027-03-01', '2027-03-01T09:00:00+03:00', or '30 days'.

    Raises Refusal for what cannot be read, for a time without its zone, and unless exactly one of the two is given.
    """
    if period and not to:
        return parse_period(period)
    if period or not to:
        raise Refusal(
            "clock_destination_unclear",
            "It is not clear where the clock shall go",
            detail=f"{'Both a time and a period were' if to else 'Neither a time nor a period was'} given.",
            remedy="Say either to which time (2027-03-01, or 2027-03-01T09:00:00Z) or by which period (30 days).",
            field="to",
        )
    try:
        return date.fromisoformat(to)
    except ValueError:
        return parse_instant(to, field="to")


def move_clock(
    conn: psycopg.Connection[Any],
    *,
    programme_id: int,
    to: Destination,
    at: datetime,
    by: str,
    most_nights: int | None = None,
    told: Callable[[datetime], None] | None = None,
) -> ClockMove:
    """Moves the clock of a sandbox forward and does the work of every night on the way. at: the world's instant.

    most_nights: stop after so many midnights, for a caller who goes on later. told: hears what the clock reads after
    every step. Raises Conflict for a live programme, Refusal for a move back or too far; nothing is changed then.
    A second mover waits, and starts from where the first one came to.
    """
    rules = shelf(conn, programme_id=programme_id)
    with one_mover(conn, programme_id=programme_id):
        began, until = _begin(conn, rules, to, at=at, by=by)
        reads, nights, done = began, 0, NightlyResult(*(0 for _ in NightlyResult._fields))
        for stop, is_midnight in _stops(conn, rules, began, until):
            night = _step(conn, programme_id, stop, at=at)
            done = NightlyResult(*(sum(both) for both in zip(done, night, strict=True)))
            reads, nights = stop, nights + is_midnight
            if told is not None:
                told(reads)
            if nights == most_nights:
                break
    return ClockMove(began, reads, until, nights, done)


def _begin(
    conn: psycopg.Connection[Any], rules: Shelf, to: Destination, *, at: datetime, by: str
) -> tuple[datetime, datetime]:
    """What the clock reads, and what it shall read; the wish is recorded."""
    programme = rules.programme
    with conn.transaction():
        clock = lock_clock(conn, programme_id=programme.id)
        if not clock.sandbox:
            raise _live(programme.name)
        began = clock.reads(at)
        until = _instant(to, began, programme.time_zone)
        if until < began:
            raise _backwards(began, until)
        farthest = _later(began.astimezone(zone(programme.time_zone)), LONGEST_MOVE)
        if until > min(farthest, _later(at, _FARTHEST_AHEAD)):
            raise _too_far(began, until)
        record_act(
            conn,
            entry_id=new_id(0),
            organisation_id=programme.organisation_id,
            programme_id=programme.id,
            now=began,
            by=by,
            action="clock.moved",
            subject=programme_subject(programme.id),
            details={"from": began.isoformat(), "to": until.isoformat()},
        )
    return began, until


def _stops(
    conn: psycopg.Connection[Any], rules: Shelf, began: datetime, until: datetime
) -> Iterator[tuple[datetime, bool]]:
    """Where the clock stops on its way, and whether a local day begins there; first where it is, for what is late."""
    time_zone = rules.programme.time_zone
    point_types = list(rules.point_types.values())
    reads = began
    yield reads, False
    while reads < until:
        midnight = start_of_day(local_day(reads, time_zone) + _TOMORROW, time_zone)
        horizon = min(midnight, until)
        ending = holds_past(conn, point_types=point_types, now=horizon, limit=1)
        reads = ending[0].expires_at if ending and ending[0].expires_at > reads else horizon
        yield reads, reads == midnight


def _step(conn: psycopg.Connection[Any], programme_id: int, stop: datetime, *, at: datetime) -> NightlyResult:
    """The work that is due at one stop, and the clock that shows it, together."""
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with conn.transaction():
                lock_clock(conn, programme_id=programme_id)
                done = nightly_work(conn, programme_id=programme_id, now=stop)
                set_clock(conn, programme_id=programme_id, reads=stop, at=at)
            return done
        except errors.DeadlockDetected:  # with somebody who buys or redeems meanwhile; the step has left no trace
            if attempt == _ATTEMPTS:
                raise
    raise AssertionError("unreachable: the last attempt returns or raises")


def _instant(to: Destination, began: datetime, time_zone: str) -> datetime:
    if isinstance(to, datetime):
        return as_instant(to, field="to")
    if isinstance(to, Period):
        return _later(began.astimezone(zone(time_zone)), to)
    return start_of_day(to, time_zone)


def _later(start: datetime, period: Period) -> datetime:
    """The same time of day, a period later."""
    day = period.after(start.date())
    return start.replace(year=day.year, month=day.month, day=day.day, fold=0).astimezone(UTC)


def _live(name: str) -> Conflict:
    return Conflict(
        "clock_of_live_programme",
        "The clock of a live programme cannot be moved",
        detail=f"{name} is live: its members' points and tiers go by the real time.",
        remedy="Found a sandbox for trying things out: regulars programmes found FILE --sandbox.",
    )


def _backwards(began: datetime, until: datetime) -> Refusal:
    return Refusal(
        "clock_backwards",
        "A clock cannot go back",
        detail=f"The clock reads {began.isoformat()}, and {until.isoformat()} is before that.",
        remedy="Name a later time, or found another sandbox to begin anew.",
        field="to",
    )


def _too_far(began: datetime, until: datetime) -> Refusal:
    return Refusal(
        "clock_too_far",
        "This is too far for one move",
        detail=f"From {began:%-d %b %Y} to {until:%-d %b %Y} is more than {LONGEST_MOVE},"
        " or ends more than a hundred years from today.",
        remedy=f"Move at most {LONGEST_MOVE} at a time.",
        field="to",
    )
