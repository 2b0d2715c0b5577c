"""The desk on which a batch is worked: the files of its members, open in memory, written down together at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.challenges.commands import record_undone, write_awards
from regulars.domain.challenges.contracts import Award, UndoneWin
from regulars.domain.challenges.queries import badges_of
from regulars.domain.earning.contracts import Occurrence
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
from regulars.domain.ledger.commands import EndedHold, end_holds, open_book, write_book
from regulars.domain.ledger.contracts import Hold
from regulars.domain.members.commands import lock_members
from regulars.domain.members.contracts import LockedMember, MemberStatus
from regulars.domain.merges.commands import record_moves
from regulars.domain.merges.contracts import Merge, Move
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
from regulars.domain.tiers.standing import Climber, Standing
from regulars.flows.budgets import Budgets, open_budgets
from regulars.flows.change_ladders import bring_up_to_date, changed_ladders
from regulars.flows.count_once import read_counted
from regulars.flows.follow_merges import merges_within
from regulars.flows.look_up import LookUp, Tables
from regulars.flows.member_file import MemberFile, counted_from
from regulars.flows.orders_on_file import OrderOnFile, orders_on_file
from regulars.flows.persons_asked import persons_asked
from regulars.flows.write_settled import give_back_cancelled
from regulars.kernel.clock import EARLIEST, local_day, start_of_day
from regulars.kernel.ids import new_id


class Desk:
    """The open files of a batch, and what is to be written. orders: those that its returns name, by their claims.

    look_up: what is asked about the members' past beside it.

    counted: what counts once and has counted before; firsts: what counts now, with the ids of the events.
    returners: the members whose files returns changed, whoever had bought what came back. holds: those that orders
    name, as they stand; ended: those that orders settled.
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
        look_up: LookUp,
    ) -> None:
        self.rules = rules
        self.look_up = look_up
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
        self.returners: set[bytes] = set()
        self.moves: list[Move] = []
        self.tallied: list[Added] = []
        self.counted: set[OnceKey] = set()
        self.firsts: dict[OnceKey, bytes] = {}
        self.awards: list[Award] = []
        self.undone: list[UndoneWin] = []
        self.holds: dict[UUID, Hold] = {}
        self.ended: list[EndedHold] = []

    def enter(self, file: MemberFile, rulebook: CompiledRulebook, occurrence: Occurrence) -> None:
        """Brings the member to the day of the event; what periods that ended meanwhile moved is noted as a review."""
        for ladder, step in file.enter(self.rules.climbed(rulebook, self.now), occurrence):
            cause = (int(ChangeCause.review), new_id(0).bytes)
            self.changes.append(NewChange(file.id, ladder, step.from_tier, step.to_tier, step.score, step.at, *cause))

    def end_hold(self, ended: EndedHold, *, order_event: UUID) -> None:
        """An order has settled the hold; another order of the batch finds it so."""
        self.ended.append(ended)
        found = self.holds[ended.id]
        self.holds[ended.id] = replace(found, state=ended.state, settled=ended.settled, order_event=order_event)

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
        if self.ended:
            end_holds(conn, self.ended, now=now)
        if self.moves:
            record_moves(conn, self.moves, (), **place)
        active = {each.member_id for each in self.events} | self.returners
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
        if self.undone:
            record_undone(conn, self.undone, **place)
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
    merges = merges_within(conn, locked)
    moving = [
        member
        for member, event in zip(members, events, strict=True)
        if _needs_lots(rules, event) or locked[member].status == MemberStatus.blocked
    ]
    parts = [each.duplicate.bytes for member in dict.fromkeys(moving) for each in merges.get(member, ())]
    book = open_book(conn, owners=[*distinct, *parts], with_lots=[*dict.fromkeys(moving), *parts])
    returned = [(event.event.source, event.event.return_) for event in events if event.event.return_ is not None]
    orders = orders_on_file(conn, rules, returned) if returned else {}
    histories = histories_of(conn, distinct)
    standings = _standings(conn, rules, locked, merges, now=now)
    files = {
        member: MemberFile(
            locked[member],
            histories.get(member) or History(),
            standings.get(member, {}),
            merges.get(member, ()),
            time_zone=rules.programme.time_zone,
        )
        for member in distinct
    }
    days, ladders = _days(members, occurrences), _ladders(rules, occurrences, now=now)
    _read_faded(conn, rules, files, days, ladders)
    _read_visits(conn, rules, files, days, ladders)
    for member, person in persons_asked(conn, rules, members, occurrences).items():
        files[member].person = person
    _read_badges(conn, rules, files, members, occurrences)
    _read_tallies(conn, rules, files, members, occurrences)
    budgets = open_budgets(conn, rules, occurrences)
    desk = Desk(rules, files, book, now=now, orders=orders, budgets=budgets, look_up=Tables(conn))
    desk.counted = read_counted(conn, rules, [files[member] for member in members], events)
    return desk


def _standings(
    conn: psycopg.Connection[Any],
    rules: Shelf,
    locked: Mapping[bytes, LockedMember],
    merges: Mapping[bytes, Sequence[Merge]],
    *,
    now: datetime,
) -> dict[bytes, dict[str, Standing]]:
    """Standings by member and ladder. Where a ladder was changed, whom the change has not reached is brought over."""
    found = standings_of(conn, list(locked))
    if changed_ladders(rules, now=now):
        climbers = {each.id: Climber(each.enrolled_at, rules.programme.time_zone) for each in locked.values()}
        parts = {member: [each.duplicate.bytes for each in mine] for member, mine in merges.items()}
        bring_up_to_date(conn, rules, found, climbers, parts, now=now)
    standings: dict[bytes, dict[str, Standing]] = {}
    for (member, ladder), standing in found.items():
        standings.setdefault(member, {})[ladder] = standing
    return standings


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
        parts = [part for member in dict.fromkeys(badged) for part in files[member].parts]
        held = badges_of(conn, parts)
        for member in badged:
            files[member].badges = {part: held[part] for part in files[member].parts if part in held}


def _needs_lots(rules: Shelf, event: Checked) -> bool:
    """Whether points may leave or become active: lots are then needed, which most events do without."""
    source = event.event
    paid = source.order is not None and source.order.points_used is not None
    return paid or source.return_ is not None or source.type in rules.awaited


def _read_tallies(
    conn: psycopg.Connection[Any],
    rules: Shelf,
    files: dict[bytes, MemberFile],
    members: Sequence[bytes],
    occurrences: Sequence[Occurrence],
) -> None:
    """Reads what is remembered of members and of all who are part of them, as one past."""
    wanted = [
        each._replace(member_id=part)
        for each in _wanted(rules, members, occurrences)
        for part in files[each.member_id].parts
    ]
    if not wanted:
        return
    found = tallies_of(conn, wanted)
    for file in files.values():
        for part in file.parts:
            file.past.join(found.get(part, {}))


def _wanted(rules: Shelf, members: Sequence[bytes], occurrences: Sequence[Occurrence]) -> list[Wanted]:
    """The tallies that the rules in force read for these events; of each as far back as one of them looks."""
    since: dict[tuple[bytes, str], date] = {}
    for member, occurrence in zip(members, occurrences, strict=True):
        for recall in rules.in_force(occurrence.occurred_at).rules.recalls(occurrence):
            place = (member, recall.key)
            since[place] = min(since.get(place, recall.since), recall.since)
    return [Wanted(member, key, day) for (member, key), day in since.items()]


def _days(members: Sequence[bytes], occurrences: Sequence[Occurrence]) -> dict[bytes, tuple[date, date]]:
    """The first and the last local day of each member's events."""
    found: dict[bytes, tuple[date, date]] = {}
    for member, occurrence in zip(members, occurrences, strict=True):
        day = occurrence.local.date()
        first, last = found.get(member, (day, day))
        found[member] = (min(first, day), max(last, day))
    return found


def _ladders(rules: Shelf, occurrences: Sequence[Occurrence], *, now: datetime) -> dict[str, list[Rungs]]:
    """The ladders on which the events count: mostly one of each."""
    in_force = {each.version: each for each in (rules.in_force(event.occurred_at) for event in occurrences)}
    found: dict[str, list[Rungs]] = {}
    for rulebook in in_force.values():
        for rungs in rules.climbed(rulebook, now):
            if rungs not in found.setdefault(rungs.id, []):
                found[rungs.id].append(rungs)
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
        whose: dict[bytes, bytes] = {}
        for member, file in files.items():
            found = [span for rungs in versions if (span := _span(file, rungs, days[member], time_zone)) is not None]
            # Windows of several versions are read as one span: what is in two of them must not count twice.
            since = min((first for first, _ in found), default=date.max)
            until = max((last for _, last in found), default=date.min)
            if since < until:
                span = start_of_day(since, time_zone), start_of_day(until, time_zone)
                spans += [(part, *span) for part in file.parts]
                whose |= dict.fromkeys(file.parts, member)
        if spans:
            for part, at, amount in faded_scores(conn, rules, versions[-1], spans):
                files[whose[part]].faded.setdefault(ladder, []).append((local_day(at, time_zone), amount))


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
        return max(counted_from(file, rungs, days[0]), oldest), date.max
    until = counted_from(file, rungs, days[1])
    if rungs.judged_in_time and days[0] < standing.counted_from:  # late: all of its period decides
        return max(counted_from(file, rungs, days[0]), oldest), max(until, standing.counted_from)
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
