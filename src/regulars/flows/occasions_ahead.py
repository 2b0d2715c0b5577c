"""The occasions that time will make of one member until a day, if nothing else happens: for quotes of later days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.events.contracts import ANNIVERSARY, BIRTHDAY, INACTIVE, OCCASIONS, Event
from regulars.domain.events.doings import last_doings
from regulars.domain.events.queries import claimed, occasions_through
from regulars.domain.members.queries import Dated, dated
from regulars.domain.programmes.occasions import Occasions, dates_of
from regulars.domain.programmes.queries import Shelf
from regulars.flows.desk import open_desk
from regulars.flows.process_events import check_for, evaluate_and_apply
from regulars.flows.send_occasions import anniversary_event, birthday_event, silence_event, terms_on, unsent_days
from regulars.kernel.clock import EARLIEST, local_day, start_of_day
from regulars.kernel.errors import Refusal
from regulars.kernel.periods import parse_period

_ONE_DAY = timedelta(days=1)


@dataclass(slots=True)
class OccasionsAhead:
    """What is known of a member, and of those who are part of it. unsent: by occasion, the first day not yet sent."""

    rules: Shelf
    persons: list[Dated]
    last: dict[UUID, datetime]
    unsent: dict[str, date]

    def between(self, first: date, last: date) -> Iterator[Event]:
        """The occasions of these local days, both included, in the order in which a night sends them."""
        days = [first + _ONE_DAY * each for each in range((last - first).days + 1)]
        for occasion in OCCASIONS:
            for day in days:
                terms = terms_on(self.rules, day)
                if occasion in terms.event_types() and self.unsent[occasion] <= day:
                    for each in self.persons:
                        yield from _EVENTS[occasion](self, each, terms, day)

    def birthdays(self, each: Dated, terms: Occasions, day: date) -> Iterator[Event]:
        assert terms.birthday is not None, "it is among the event types"
        known_by = start_of_day(parse_period(terms.birthday.known_for).before(day), self.rules.programme.time_zone)
        if each.born is not None and each.born in dates_of(day) and each.known_since <= known_by:
            yield birthday_event(self.rules, each.id, each.born, day)

    def anniversaries(self, each: Dated, _terms: Occasions, day: date) -> Iterator[Event]:
        joined = local_day(each.enrolled_at, self.rules.programme.time_zone)
        if joined in dates_of(day, since=EARLIEST.year):
            yield anniversary_event(self.rules, each.id, joined, day)

    def silences(self, each: Dated, terms: Occasions, day: date) -> Iterator[Event]:
        if each.id in self.last:
            last = local_day(self.last[each.id], self.rules.programme.time_zone)
            if (day - last).days in terms.silences():
                yield silence_event(self.rules, each.id, last, day)


_EVENTS = {
    BIRTHDAY: OccasionsAhead.birthdays,
    ANNIVERSARY: OccasionsAhead.anniversaries,
    INACTIVE: OccasionsAhead.silences,
}


def occasions_ahead(
    conn: psycopg.Connection[Any], rules: Shelf, members: list[UUID], *, today: date
) -> OccasionsAhead | None:
    """members: the one who is asked about, and its parts. None where no version makes occasions."""
    if not any(each.rulebook.occasions.event_types() for each in rules.rulebooks):
        return None
    through = occasions_through(conn, programme_id=rules.programme.id)
    return OccasionsAhead(
        rules,
        dated(conn, members=members),
        last_doings(conn, members=members),
        {each: unsent_days(through.get(each), today) for each in OCCASIONS},
    )


def work_occasion(conn: psycopg.Connection[Any], rules: Shelf, event: Event, member: bytes, *, now: datetime) -> None:
    """Gives what the night would give for it; nothing where it was sent before, or would be refused."""
    try:
        checked = check_for(rules, event, now=now, trusted=True)
        if claimed(conn, organisation_id=rules.programme.organisation_id, keys=[checked.event_key]):
            return
        desk = open_desk(conn, rules, [member], [checked], now=now)
        evaluate_and_apply(conn, desk, checked, member, set())
    except Refusal:
        return
    desk.conclude(conn, now=now)
