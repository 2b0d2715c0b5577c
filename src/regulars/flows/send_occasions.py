"""Time makes events: birthdays, anniversaries of joining, silence. They are events like others, for rules to wait for.

Each has an id that tells what it is about, so whoever sends it a second time, in another run or another worker, gets
the first answer and changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.earning.contracts import Data
from regulars.domain.earning.personal import age_on
from regulars.domain.events.commands import remember_occasion
from regulars.domain.events.contracts import ANNIVERSARY, BIRTHDAY, INACTIVE, OCCASIONS, Event, MemberReference
from regulars.domain.events.queries import occasions_through, went_quiet
from regulars.domain.members.queries import born_on, joined_within, not_closed
from regulars.domain.programmes.occasions import Occasions, dates_of
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.flows.process_events import process_events
from regulars.kernel.batches import in_batches
from regulars.kernel.clock import EARLIEST, local_day, start_of_day
from regulars.kernel.periods import parse_period

_PAGE = 50_000
_BATCH = 500
_ONE_DAY = timedelta(days=1)
_LONGEST_AGO = timedelta(days=366)
"""Days that nobody worked are made up for; a birthday of the year before last is not."""
_log = logging.getLogger(__name__)


def send_occasions(conn: psycopg.Connection[Any], *, programme_id: int, now: datetime) -> int:
    """Sends what the local day brings, and days that nobody worked, in batches of one transaction each; how many.

    An occasion that the rulebook turns on begins with the first local day that starts under it.
    """
    rules = shelf(conn, programme_id=programme_id)
    if not any(each.rulebook.occasions.event_types() for each in rules.rulebooks):
        return 0
    today = local_day(now, rules.programme.time_zone)
    through = occasions_through(conn, programme_id=programme_id)
    sent = 0
    for occasion in OCCASIONS:
        day = unsent_days(through.get(occasion), today)
        while day <= today:
            done = _send_day(conn, rules, occasion, day, now=now)
            if done is None:
                break
            sent += done
            day += _ONE_DAY
    return sent


def _send_day(conn: psycopg.Connection[Any], rules: Shelf, occasion: str, day: date, *, now: datetime) -> int | None:
    """One occasion of one local day; None when something broke, so that the day is worked again."""
    programme = rules.programme
    terms = terms_on(rules, day)
    sent = 0
    if occasion in terms.event_types():
        for page in _SELECT[occasion](conn, rules, terms, day):
            for batch in in_batches(page, _BATCH):
                outcomes = process_events(conn, batch, programme_id=programme.id, now=now, trusted=True)
                if any(each.status >= 500 for each in outcomes):
                    _log.error("Some events of type %s on %s failed; they are tried again.", occasion, day)
                    return None
                # 200: sent before. Refused: the member has left, or had this year's birthday on another day.
                sent += sum(each.status == 201 for each in outcomes)
    remember_occasion(
        conn, programme_id=programme.id, organisation_id=programme.organisation_id, occasion=occasion, through=day
    )
    return sent


def _birthdays(conn: psycopg.Connection[Any], rules: Shelf, terms: Occasions, day: date) -> Iterator[list[Event]]:
    assert terms.birthday is not None, "it is among the event types"
    time_zone = rules.programme.time_zone
    known_by = start_of_day(parse_period(terms.birthday.known_for).before(day), time_zone)
    dates = dates_of(day)
    after: UUID | None = None
    while True:
        found = born_on(conn, programme_id=rules.programme.id, dates=dates, known_by=known_by, after=after, limit=_PAGE)
        if not found:
            return
        after = found[-1][0]
        yield [birthday_event(rules, member, born, day) for member, born in found]


def _anniversaries(conn: psycopg.Connection[Any], rules: Shelf, _terms: Occasions, day: date) -> Iterator[list[Event]]:
    time_zone = rules.programme.time_zone
    spans = [
        (start_of_day(each, time_zone), start_of_day(each + _ONE_DAY, time_zone))
        for each in dates_of(day, since=EARLIEST.year)
    ]
    after: UUID | None = None
    while True:
        found = joined_within(conn, programme_id=rules.programme.id, spans=spans, after=after, limit=_PAGE)
        if not found:
            return
        after = found[-1][0]
        yield [anniversary_event(rules, member, local_day(joined, time_zone), day) for member, joined in found]


def _silences(conn: psycopg.Connection[Any], rules: Shelf, terms: Occasions, day: date) -> Iterator[list[Event]]:
    time_zone = rules.programme.time_zone
    for days in terms.silences():
        last = day - timedelta(days=days)
        since, until = start_of_day(last, time_zone), start_of_day(last + _ONE_DAY, time_zone)
        after: UUID | None = None
        while True:
            found = went_quiet(
                conn, programme_id=rules.programme.id, since=since, until=until, after=after, limit=_PAGE
            )
            if not found:
                break
            after = found[-1]
            there = not_closed(conn, ids=[each.bytes for each in found])
            yield [silence_event(rules, member, last, day) for member in found if member.bytes in there]


Select = Callable[[psycopg.Connection[Any], Shelf, Occasions, date], Iterator[Sequence[Event]]]
_SELECT: dict[str, Select] = {BIRTHDAY: _birthdays, ANNIVERSARY: _anniversaries, INACTIVE: _silences}


def birthday_event(rules: Shelf, member: UUID, born: date, day: date) -> Event:
    """The birthday of a year: born on that date, sent on that local day."""
    return _event(rules, BIRTHDAY, member, f"birthday:{member}:{day.year}", day, {"age": age_on(born, day)})


def anniversary_event(rules: Shelf, member: UUID, joined: date, day: date) -> Event:
    """The day of joining, so many years on."""
    years = day.year - joined.year
    return _event(rules, ANNIVERSARY, member, f"anniversary:{member}:{years}", day, {"years": years})


def silence_event(rules: Shelf, member: UUID, last: date, day: date) -> Event:
    """Nothing came since the last local day."""
    days = (day - last).days
    return _event(rules, INACTIVE, member, f"inactive:{member}:{days}:{last}", day, {"days": days})


def unsent_days(through: date | None, today: date) -> date:
    """The first day of an occasion that is still to be sent. through: the last one that is done, None: none is."""
    return max(through or today - _ONE_DAY, today - _LONGEST_AGO) + _ONE_DAY


def terms_on(rules: Shelf, day: date) -> Occasions:
    """Which occasions a local day brings: those of the rulebook under which it begins."""
    start = start_of_day(day, rules.programme.time_zone)
    return rules.in_force(start).rulebook.occasions if rules.starts and rules.starts[0] <= start else Occasions()


def _event(rules: Shelf, occasion: str, member: UUID, identifier: str, day: date, data: dict[str, Data]) -> Event:
    return Event(
        id=identifier,
        type=occasion,
        member=MemberReference(id=member),
        occurred_at=start_of_day(day, rules.programme.time_zone),
        source="regulars",
        data=data,
    )
