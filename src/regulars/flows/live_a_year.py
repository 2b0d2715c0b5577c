"""What a programme costs, found by living in it: a typical member's year is played, read off, and never was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

import psycopg

from regulars.database.scope import scoped
from regulars.domain.events.contracts import ORDER, Event, MemberReference
from regulars.domain.ledger.queries import balances, issued_between
from regulars.domain.members.contracts import NewMember
from regulars.domain.programmes.queries import shelf
from regulars.domain.programmes.rulebook import PointType, Rulebook
from regulars.domain.programmes.template import DAYS, Template, TypicalMember, spread
from regulars.domain.tiers.queries import standings
from regulars.flows.enrol_member import Enrolled, enrol_members
from regulars.flows.found_programme import found_programme
from regulars.flows.nightly_work import nightly_work
from regulars.flows.process_events import process_events
from regulars.kernel.clock import zone
from regulars.kernel.errors import Refusal
from regulars.kernel.ids import new_id
from regulars.kernel.money import decimals_of

_years: dict[tuple[str, str], TypicalYear] = {}
"""What the templates' years came to, by code and text: the same for everybody, until a file changes."""
FIRST_DAY = date(2025, 1, 1)
"""Every typical year is this one, so that the same rulebook always gives the same figures."""


@dataclass(frozen=True, slots=True)
class Earned:
    """Points of one type in the year. worth: to the member, in the programme's currency; None where none is stated."""

    point_type: PointType
    earned: int
    left: int
    worth: Decimal | None


@dataclass(frozen=True, slots=True)
class TypicalYear:
    """What the year came to. spent: money; tiers: ladder -> tier at its end; refused: what the rules did not accept."""

    spent: Decimal
    orders: int
    earned: tuple[Earned, ...]
    tiers: dict[str, str]
    refused: tuple[str, ...]

    @property
    def worth(self) -> Decimal:
        """What all points of the year are worth to the member."""
        return sum((each.worth for each in self.earned if each.worth is not None), Decimal(0))

    @property
    def percent(self) -> Decimal:
        """The worth of the points in percent of what was spent, to a tenth."""
        return (self.worth * 100 / self.spent).quantize(Decimal("0.1")) if self.spent else Decimal(0)


def typical_year(conn: psycopg.Connection[Any], template: Template) -> TypicalYear:
    """What the year of a template's typical member came to; played once in the life of a process."""
    key = (template.code, template.document)
    if key not in _years:
        _years[key] = live_a_year(conn, template.rulebook, template.description.typical_member)
    return _years[key]


def live_a_year(conn: psycopg.Connection[Any], rulebook: Rulebook, typical: TypicalMember) -> TypicalYear:
    """Plays the year with the real flows, nights included, in a programme that is rolled back. Nothing is written."""
    with conn.transaction(force_rollback=True):
        start = datetime.combine(FIRST_DAY, time(12), zone(rulebook.time_zone)).astimezone(UTC)
        programme = found_programme(
            conn, rulebook, organisation=f"year-{new_id(0)}", code="year", now=start, by="typical year"
        )
        with scoped(conn, programme.organisation_id):
            place: dict[str, Any] = {"programme_id": programme.id}
            (joined,) = enrol_members(
                conn, [NewMember(external_id="typical", enrolled_at=start)], via="import", now=start, **place
            )
            if isinstance(joined, Refusal):
                raise joined
            refused: list[str] = []
            for now, events in _by_month(rulebook, typical, joined.member_id):
                outcomes = process_events(conn, events, now=now, **place)
                refused += [each.body.decode() for each in outcomes if each.status != 201]
                nightly_work(conn, now=now, **place)
            return _read_off(conn, rulebook, typical, joined, programme_id=programme.id, refused=refused)


def _by_month(rulebook: Rulebook, typical: TypicalMember, member: UUID) -> Iterator[tuple[datetime, list[Event]]]:
    """The year's events, month by month, each with an instant after them."""
    who = MemberReference(id=member)
    days: list[tuple[date, Event]] = []
    for n, day in enumerate(spread(typical.orders, FIRST_DAY), 1):
        order = typical.order.as_order(str(n), rulebook.currency)
        days.append((day, Event(f"order-{n}", ORDER, who, _at(day, rulebook), order=order)))
    for activity in typical.events:
        for n, day in enumerate(spread(activity.times, FIRST_DAY), 1):
            event_id = f"{activity.type}-{n}"
            days.append((day, Event(event_id, activity.type, who, _at(day, rulebook), data=dict(activity.data))))
    days.sort(key=lambda each: (each[0], each[1].id))
    for _, month in groupby(days, key=lambda each: each[0].month):
        events = list(month)
        yield _at(events[-1][0] + timedelta(days=1), rulebook), [event for _, event in events]


def _at(day: date, rulebook: Rulebook) -> datetime:
    return datetime.combine(day, time(15), zone(rulebook.time_zone)).astimezone(UTC)


def _read_off(
    conn: psycopg.Connection[Any],
    rulebook: Rulebook,
    typical: TypicalMember,
    joined: Enrolled,
    *,
    programme_id: int,
    refused: list[str],
) -> TypicalYear:
    types = shelf(conn, programme_id=programme_id).point_types
    start = datetime.combine(FIRST_DAY, time(), UTC) - timedelta(days=1)
    span = (joined.member_id.bytes, start, start + timedelta(days=DAYS + 3))
    found = balances(conn, owners=[joined.member_id])
    cent = Decimal(1).scaleb(-decimals_of(rulebook.currency))
    earned = []
    for each in rulebook.point_types:
        points = sum(amount for _, _, amount in issued_between(conn, [span], point_type=types[each.id]))
        left = found.get((joined.member_id, types[each.id]))
        of_one = rulebook.worth_of(each)
        worth = None if of_one is None else (of_one * points).quantize(cent)
        earned.append(Earned(each, points, left.available + left.pending if left else 0, worth))
    ends = {each.ladder: each.tier for each in standings(conn, member_ids=[joined.member_id])}
    spent = (typical.order.total * typical.orders).quantize(cent)
    return TypicalYear(spent, typical.orders, tuple(earned), ends, tuple(refused))
