"""The desk on which a batch is worked: the files of its members, open in memory, written down together at the end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import psycopg

from regulars.domain.challenges.commands import write_awards
from regulars.domain.challenges.contracts import Award
from regulars.domain.challenges.queries import badges_of
from regulars.domain.earning.contracts import Data, MemberState, Occurrence, Person
from regulars.domain.earning.past import NOTHING, Past
from regulars.domain.earning.personal import known_of
from regulars.domain.events.commands import (
    await_orders,
    record_events,
    record_once,
    record_returns,
    remember_sources,
    write_histories,
)
from regulars.domain.events.contracts import (
    RETURN,
    AwaitingReturn,
    Claim,
    History,
    NewEvent,
    NewReturn,
    OnceKey,
)
from regulars.domain.events.intake import Checked
from regulars.domain.events.queries import histories_of, visits_between
from regulars.domain.ledger.book import Book
from regulars.domain.ledger.commands import open_book, write_book
from regulars.domain.members.commands import lock_members
from regulars.domain.members.contracts import LockedMember, MemberStatus
from regulars.domain.programmes.queries import Shelf
from regulars.domain.programmes.rulebook import CompiledRulebook
from regulars.domain.tallies.commands import add_to_tallies
from regulars.domain.tallies.contracts import Added, Wanted
from regulars.domain.tallies.queries import tallies_of
from regulars.domain.tiers.commands import record_changes, write_standings
from regulars.domain.tiers.contracts import ChangeCause, NewChange
from regulars.domain.tiers.metric import Counted, Span
from regulars.domain.tiers.queries import standings_of
from regulars.domain.tiers.rungs import Rungs
from regulars.domain.tiers.standing import Climber, Standing, Step, drop_until, first_standing, review
from regulars.flows.budgets import Budgets, open_budgets
from regulars.flows.count_once import read_counted
from regulars.flows.orders_on_file import OrderOnFile, orders_on_file
from regulars.flows.persons_asked import persons_asked
from regulars.flows.write_settled import give_back_cancelled
from regulars.kernel.clock import EARLIEST, local_day, start_of_day
from regulars.kernel.ids import new_id


class MemberFile:
    """One member at the desk. standings: ladder -> standing. faded: per ladder, what may leave the window, by day.

    visited: per ladder that counts visits, the days of this batch that count already. climber: what windows depend on.
    past: the tallies that the events of the batch read. badges: those that the member has, with what brought them; read
    where a rule of the batch gives one.
    person: what rules may know about the person; None where no rule of the batch asks.
    """

    __slots__ = (
        "badges", "climber", "enrolled_at", "faded", "history", "id", "past", "person", "standings", "status",
        "visited",
    )  # fmt: skip

    def __init__(
        self, member: LockedMember, history: History, standings: dict[str, Standing], *, time_zone: str
    ) -> None:
        self.id = member.id
        self.status = member.status
        self.enrolled_at = member.enrolled_at
        self.history = history
        self.standings = standings
        self.faded: dict[str, list[tuple[date, int]]] = {}
        self.visited: dict[str, set[date]] = {}
        self.climber = Climber(member.enrolled_at, time_zone)
        self.past = Past()
        self.badges: dict[str, bytes] = {}
        self.person: Person | None = None

    @property
    def is_blocked(self) -> bool:
        """Whether what is earned waits for the release, and nothing can be spent."""
        return self.status == MemberStatus.blocked

    def enter(self, rulebook: CompiledRulebook, occurrence: Occurrence) -> list[tuple[str, Step]]:
        """Brings the standings to the day of the event: a new member gets first ones, old scores leave the window.

        Periods that are over are judged first, as the nightly work would have; the moves, by ladder.
        """
        day = occurrence.local.date()
        moves: list[tuple[str, Step]] = []
        for rungs in rulebook.rungs:
            standing = self.standings.get(rungs.id)
            if standing is None:
                self.standings[rungs.id] = self._first_standing(rungs, occurrence)
                continue
            faded = self.faded.get(rungs.id, [])
            if rungs.judged_in_time and standing.review_on <= day:
                at, climber = occurrence.occurred_at, self.climber
                steps = review(standing, rungs, today=day, counted=faded, at=at, climber=climber)
                moves += [(rungs.id, step) for step in steps]
            drop_until(standing, _counted_from(self, rungs, day), faded)
        return moves

    def state(self, rulebook: CompiledRulebook, occurrence: Occurrence) -> MemberState:
        """The member as the rules of the event see it, with what they ask of past and person and nothing more."""
        facts = rulebook.rules.personal(occurrence.type)
        known: dict[str, Data] = {}
        if facts and self.person is not None:
            known = known_of(facts, self.person, day=occurrence.local.date())
        tiers = {ladder: standing.tier for ladder, standing in self.standings.items()}
        recalls = rulebook.rules.recalls(occurrence)
        past = self.past.recalled(recalls) if recalls else NOTHING
        return MemberState(self.enrolled_at, self.history.orders, tiers, past, known)

    def _first_standing(self, rungs: Rungs, occurrence: Occurrence) -> Standing:
        """On the lowest tier. A ladder that is new to an old member counts what lies in its window; see _read_faded."""
        day = occurrence.local.date()
        standing = first_standing(rungs, at=occurrence.occurred_at, day=day, climber=self.climber)
        standing.score = sum(amount for at, amount in self.faded.get(rungs.id, []) if at >= standing.counted_from)
        if standing.score:
            standing.review_on = day
        return standing


class Desk:
    """The open files of a batch, and what is to be written. orders: those that its returns name, by their claims.

    counted: what counts once and has counted before; firsts: what counts now, with the ids of the events.
    """

    def __init__(
        self,
        rules: Shelf,
        files: dict[bytes, MemberFile],
        book: Book,
        *,
        now: datetime,
        orders: dict[bytes, OrderOnFile],
        budgets: Budgets,
    ) -> None:
        self.rules = rules
        self.files = files
        self.book = book
        self.now = now
        self.orders = orders
        self.budgets = budgets
        self.events: list[NewEvent] = []
        self.claims: list[Claim] = []
        self.changes: list[NewChange] = []
        self.returns: list[NewReturn] = []
        self.awaiting: list[AwaitingReturn] = []
        self.tallied: list[Added] = []
        self.counted: set[OnceKey] = set()
        self.firsts: dict[OnceKey, bytes] = {}
        self.awards: list[Award] = []

    def enter(self, file: MemberFile, rulebook: CompiledRulebook, occurrence: Occurrence) -> None:
        """Brings the member to the day of the event; what periods that ended meanwhile moved is noted as a review."""
        for ladder, step in file.enter(rulebook, occurrence):
            cause = (int(ChangeCause.review), new_id(0).bytes)
            self.changes.append(NewChange(file.id, ladder, step.from_tier, step.to_tier, step.score, step.at, *cause))

    def conclude(self, conn: psycopg.Connection[Any], *, now: datetime) -> None:
        """Writes everything; the caller commits."""
        if not self.events and not self.returns:
            return
        programme = self.rules.programme
        place = {"organisation_id": programme.organisation_id, "programme_id": programme.id}
        if self.events:
            record_events(conn, self.events, self.claims, now=now, **place)
        if self.returns:
            record_returns(conn, self.returns, **place)
        if self.awaiting:
            await_orders(conn, self.awaiting, **place)
        write_book(conn, self.book, organisation_id=programme.organisation_id, now=now)
        active = {each.member_id for each in self.events} | {each.member_id for each in self.returns}
        write_histories(conn, {member: self.files[member].history for member in active}, **place)
        standings = {
            (member, ladder): standing for member in active for ladder, standing in self.files[member].standings.items()
        }
        write_standings(conn, standings, **place)
        # Whose events were all refused is left as they were.
        record_changes(conn, [each for each in self.changes if each.member_id in active], **place)
        if self.rules.draws:
            give_back_cancelled(conn, self.rules, self.budgets, self.book.entries)
            self.budgets.write(conn, **place)
        if self.firsts:
            record_once(conn, self.firsts, **place)
        if self.awards:
            write_awards(conn, self.awards, **place)
        if self.tallied:
            add_to_tallies(conn, self.tallied, **place)
        remember_sources(conn, {each.source.decode() for each in self.events}, programme_id=programme.id)


def open_desk(
    conn: psycopg.Connection[Any],
    rules: Shelf,
    members: Sequence[bytes],
    events: Sequence[Checked],
    *,
    now: datetime,
) -> Desk:
    """Locks the members and reads what their events need. members: of the events, in step."""
    occurrences = [event.occurrence for event in events]
    distinct = list(dict.fromkeys(members))
    locked = lock_members(conn, distinct)
    moving = [
        member
        for member, event in zip(members, events, strict=True)
        if _needs_lots(rules, event) or locked[member].status == MemberStatus.blocked
    ]
    book = open_book(conn, owners=distinct, with_lots=list(dict.fromkeys(moving)))
    returned = [(event.event.source, event.event.return_) for event in events if event.event.return_ is not None]
    orders = orders_on_file(conn, rules, returned) if returned else {}
    histories = histories_of(conn, distinct)
    standings: dict[bytes, dict[str, Standing]] = {}
    for (member, ladder), standing in standings_of(conn, distinct).items():
        standings.setdefault(member, {})[ladder] = standing
    files = {
        member: MemberFile(
            locked[member],
            histories.get(member) or History(),
            standings.get(member, {}),
            time_zone=rules.programme.time_zone,
        )
        for member in distinct
    }
    days, ladders = _days(members, occurrences), _ladders(rules, occurrences)
    _read_faded(conn, rules, files, days, ladders)
    _read_visits(conn, rules, files, days, ladders)
    for member, person in persons_asked(conn, rules, members, occurrences).items():
        files[member].person = person
    _read_badges(conn, rules, files, members, occurrences)
    wanted = _wanted(rules, members, occurrences)
    if wanted:
        for member, rows in tallies_of(conn, wanted).items():
            files[member].past = Past(rows)
    desk = Desk(rules, files, book, now=now, orders=orders, budgets=open_budgets(conn, rules, occurrences))
    desk.counted = read_counted(conn, rules, members, events)
    return desk


def _read_badges(
    conn: psycopg.Connection[Any],
    rules: Shelf,
    files: dict[bytes, MemberFile],
    members: Sequence[bytes],
    occurrences: Sequence[Occurrence],
) -> None:
    """Reads the badges of members whose events may bring one, or take one back."""
    badged = [
        member
        for member, occurrence in zip(members, occurrences, strict=True)
        if occurrence.type in (badging := rules.in_force(occurrence.occurred_at).rules.badged)
        or (badging and occurrence.type == RETURN)
    ]
    if badged:
        for member, held in badges_of(conn, list(dict.fromkeys(badged))).items():
            files[member].badges = held


def _needs_lots(rules: Shelf, event: Checked) -> bool:
    """Whether points may leave or become active: lots are then needed, which most events do without."""
    source = event.event
    paid = source.order is not None and source.order.points_used is not None
    return paid or source.return_ is not None or source.type in rules.awaited


def _wanted(rules: Shelf, members: Sequence[bytes], occurrences: Sequence[Occurrence]) -> list[Wanted]:
    """The tallies that the rules in force read for these events; of each as far back as one of them looks."""
    since: dict[tuple[bytes, str], date] = {}
    for member, occurrence in zip(members, occurrences, strict=True):
        for recall in rules.in_force(occurrence.occurred_at).rules.recalls(occurrence):
            place = (member, recall.key)
            since[place] = min(since.get(place, recall.since), recall.since)
    return [Wanted(member, key, day) for (member, key), day in since.items()]


def _counted_from(file: MemberFile, rungs: Rungs, day: date) -> date:
    """The first day that counts for the member on that day."""
    if not rungs.window.personal:
        return _counted_by_all(rungs, day)
    standing = file.standings.get(rungs.id)
    since = start_of_day(day, file.climber.time_zone) if standing is None else standing.since
    return rungs.counted_from(day, file.climber.anchors_from(since, rungs))


@lru_cache(maxsize=1024)
def _counted_by_all(rungs: Rungs, day: date) -> date:
    """Calendar arithmetic, the same for every member on that day."""
    return rungs.counted_from(day)


def _days(members: Sequence[bytes], occurrences: Sequence[Occurrence]) -> dict[bytes, tuple[date, date]]:
    """The first and the last local day of each member's events."""
    found: dict[bytes, tuple[date, date]] = {}
    for member, occurrence in zip(members, occurrences, strict=True):
        day = occurrence.local.date()
        first, last = found.get(member, (day, day))
        found[member] = (min(first, day), max(last, day))
    return found


def _ladders(rules: Shelf, occurrences: Sequence[Occurrence]) -> dict[str, list[Rungs]]:
    """The ladders of the versions in force when the events happened: one of each, or more where a version changed."""
    in_force = {each.version: each for each in (rules.in_force(event.occurred_at) for event in occurrences)}
    found: dict[str, list[Rungs]] = {}
    for rulebook in in_force.values():
        for rungs in rulebook.rungs:
            found.setdefault(rungs.id, []).append(rungs)
    return found


def _read_faded(
    conn: psycopg.Connection[Any],
    rules: Shelf,
    files: dict[bytes, MemberFile],
    days: dict[bytes, tuple[date, date]],
    ladders: dict[str, list[Rungs]],
) -> None:
    """Reads what leaves the windows of the ladders by the last day of the batch; most batches have nothing of it."""
    time_zone = rules.programme.time_zone
    for ladder, versions in ladders.items():
        spans = []
        for member, file in files.items():
            found = [span for rungs in versions if (span := _span(file, rungs, days[member], time_zone)) is not None]
            # Windows of several versions are read as one span: what is in two of them must not count twice.
            since = min((first for first, _ in found), default=date.max)
            until = max((last for _, last in found), default=date.min)
            if since < until:
                spans.append((member, start_of_day(since, time_zone), start_of_day(until, time_zone)))
        if spans:
            for member, at, amount in faded_scores(conn, rules, versions[-1], spans):
                files[member].faded.setdefault(ladder, []).append((local_day(at, time_zone), amount))


def _span(file: MemberFile, rungs: Rungs, days: tuple[date, date], time_zone: str) -> tuple[date, date] | None:
    """From which day until before which the member's past must be known; None: nothing of it matters."""
    if rungs.metric.orders_only:
        first = file.history.first_order_at
        if first is None:
            return None
        oldest = local_day(first, time_zone)
    elif file.history.events == 0:
        return None
    else:  # what counts also comes without an order
        oldest = EARLIEST.date()
    standing = file.standings.get(rungs.id)
    if standing is None:  # a ladder that came after the member: everything in its window
        return max(_counted_from(file, rungs, days[0]), oldest), date.max
    until = _counted_from(file, rungs, days[1])
    if rungs.judged_in_time and days[0] < standing.counted_from:  # late: all of its period decides
        return max(_counted_from(file, rungs, days[0]), oldest), max(until, standing.counted_from)
    return (max(standing.counted_from, oldest), until) if until > standing.counted_from else None


def _read_visits(
    conn: psycopg.Connection[Any],
    rules: Shelf,
    files: dict[bytes, MemberFile],
    days: dict[bytes, tuple[date, date]],
    ladders: dict[str, list[Rungs]],
) -> None:
    """Reads which days of the batch count as visits already; only where a ladder counts visits."""
    time_zone = rules.programme.time_zone
    for ladder, versions in ladders.items():
        types = {each for rungs in versions for each in rungs.visit_events}
        if not types:
            continue
        spans = [
            (member, start_of_day(first, time_zone), start_of_day(last + timedelta(days=1), time_zone))
            for member, (first, last) in days.items()
        ]
        for file in files.values():
            file.visited[ladder] = set()
        for member, at, _ in visits_between(conn, spans, types=sorted(types), time_zone=time_zone):
            files[member].visited[ladder].add(local_day(at, time_zone))


def faded_scores(conn: psycopg.Connection[Any], rules: Shelf, rungs: Rungs, spans: list[Span]) -> list[Counted]:
    """What counted towards the ladder in spans of time: (member, when, how much)."""
    return rungs.metric.past(conn, spans, ground=rules.ground)
