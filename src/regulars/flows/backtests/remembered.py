"""What a life remembers beside its desk: it answers what the tables would answer (look_up.py), of this life alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from msgspec.structs import replace

from regulars.domain.earning.contracts import Occurrence
from regulars.domain.earning.past import Past
from regulars.domain.effects import Effect
from regulars.domain.events.contracts import NewReturn
from regulars.domain.ledger.book import Book, spend_order
from regulars.domain.ledger.contracts import Account, Allocation, CauseKind, OpenLot, Revocation
from regulars.domain.programmes.queries import Shelf
from regulars.domain.tallies.contracts import Added
from regulars.domain.tiers.metric import Counted, Ground, Metric, Reversal, Span
from regulars.domain.tiers.rungs import Rungs
from regulars.domain.tiers.standing import Standing
from regulars.flows.backtests.nights import lost_of
from regulars.flows.backtests.tables import NeedsTables
from regulars.flows.member_file import MemberFile
from regulars.flows.orders_on_file import EventOnFile, OrderOnFile
from regulars.kernel.clock import local_day


class _Tally(NamedTuple):
    """What one metric counted. days: those that count as visits already."""

    metric: Metric
    counted: list[tuple[datetime, int]]
    days: set[date]


class Remembered:
    """The past of one member who is played. It keeps only what the rules can ask for.

    paid: by the entry that spent them, which lots paid, in the order of use, and these lots. holds: hold -> the entry
    that had placed it. before: (ladder, form) -> the standing before that ladder came. won: the events that won what
    does not go with its order; undone: (event, rule) of wins that returns undid.
    """

    def __init__(self, rules: Shelf, file: MemberFile, book: Book) -> None:
        self._file, self._book, self._zone = file, book, rules.programme.time_zone
        self._tallies: list[_Tally] = []
        for metric in asked_metrics(rules):
            self._tallies.append(_Tally(metric, [], set()))
        self._visits: dict[date, dict[UUID, str]] | None = None
        if any(rungs.visit_events for each in rules.rulebooks for rungs in each.rungs):
            self._visits = {}
        self.paid: dict[bytes, tuple[list[Allocation], dict[bytes, OpenLot]]] = {}
        self.holds: dict[UUID, bytes] = {}
        self.before: dict[tuple[str, int], Standing] = {}
        self.won: dict[bytes, EventOnFile] = {}
        self.undone: set[tuple[bytes, str]] = set()

    def note(self, occurrence: Occurrence, effects: Sequence[Effect], event_id: bytes) -> None:
        """An event happened and was counted."""
        for metric, counted, days in self._tallies:
            amount = metric.counted(occurrence, effects, days)
            if amount:
                counted.append((occurrence.occurred_at, amount))
        if self._visits is not None:
            self._visits.setdefault(occurrence.local.date(), {})[UUID(bytes=event_id)] = occurrence.type

    def take_off(self, order: OrderOnFile, returned: NewReturn, revoked: Sequence[Revocation]) -> None:
        """A return was applied. revoked: what it took back, of the order and of wins that it undid."""
        at, day = order.event.occurred_at, local_day(order.event.occurred_at, self._zone)
        codes = {number: code for code, number in order.rulebook.point_type_ids.items()}
        for metric, counted, days in self._tallies:
            due: dict[datetime, dict[str, int]] = {at: {}}
            for each in revoked:
                mine = due.setdefault(each.earned_at, {})
                mine[codes[each.point_type]] = mine.get(codes[each.point_type], 0) + each.points
            for when, points in due.items():
                whole, money = returned.whole and when == at, returned.amount_minor if when == at else 0
                reversal = Reversal(money, points, whole, self._was_only(order, day), order.rulebook.places)
                less = metric.undone(reversal)
                if less:
                    counted.append((when, -less))
            if returned.whole and metric.visit_events() and self._was_only(order, day)(metric.visit_events()):
                days.discard(day)
        if returned.whole and self._visits is not None:
            self._visits.get(day, {}).pop(order.event.id, None)

    def visited(self, types: Sequence[str]) -> set[date]:
        """The days on which something of these types happened."""
        return {day for day in self._visits or {} if self.was_visited(day, types)}

    def was_visited(self, day: date, types: Sequence[str]) -> bool:
        """Whether something of these types happened on the day, orders that came back whole left out."""
        return any(each in types for each in (self._visits or {}).get(day, {}).values())

    def keep_payment(self, transfer_id: bytes, allocations: Sequence[Allocation], lots: Sequence[OpenLot]) -> None:
        """Points paid for something; they may come back."""
        mine = [each for each in allocations if each.transfer_id == transfer_id]
        used = {each.lot_id for each in mine}
        self.paid[transfer_id] = (mine, {lot.id: lot for lot in lots if lot.id in used})

    def still_paid(
        self, transfer_id: bytes, given_back_by: Sequence[bytes]
    ) -> tuple[list[Allocation], dict[bytes, OpenLot]]:
        """Which lots paid for an entry, in the order of use, less what came back for the causes; and these lots."""
        paid, lots = self.paid[transfer_id]
        back = self._given_back(given_back_by)
        left = [replace(each, amount=each.amount - back.get(each.lot_id, 0)) for each in paid]
        return sorted(left, key=lambda each: spend_order(lots[each.lot_id])), lots

    def recall(self, ladders: Sequence[Rungs]) -> None:
        """A ladder that is new to a member who was there before counts what lies in its window."""
        for rungs in ladders if self._tallies else ():
            if rungs.id not in self._file.standings and rungs.id not in self._file.faded:
                self._file.faded[rungs.id] = self.counts_of(rungs)
                if rungs.visit_events:
                    self._file.visited[rungs.id] = self.visited(rungs.visit_events)

    def counts_of(self, rungs: Rungs) -> list[tuple[date, int]]:
        """What the ladder counts, of all that happened, by local day; nothing for one that nobody foresaw."""
        counted = next((each.counted for each in self._tallies if each.metric == rungs.metric), [])
        return [(local_day(at, self._zone), amount) for at, amount in counted]

    def joined_at(self, file: MemberFile, part: bytes) -> datetime:
        """Nobody is part of a member who is played."""
        return file.enrolled_at

    def lots_that_paid(self, order: OrderOnFile, buyer: bytes) -> tuple[list[Allocation], dict[bytes, OpenLot]]:
        """Of a hold they paid when it was placed."""
        assert order.payment is not None, "asked of orders that points paid for"
        payment, before = order.payment, list(order.earlier)
        if order.hold is not None:
            payment, before = self.holds[order.hold], [*before, order.hold.bytes]
        return self.still_paid(payment, before)

    def lots_of_hold(self, transfer_id: bytes) -> tuple[list[Allocation], dict[bytes, OpenLot]]:
        """By what was kept when it was placed."""
        return self.still_paid(transfer_id, [])

    def has_visit(self, spans: Sequence[Span], *, types: Sequence[str], time_zone: str, without: UUID) -> bool:
        """By the events of the day in which the spans lie."""
        day = local_day(spans[0][1], time_zone)
        return any(kind in types and each != without for each, kind in (self._visits or {}).get(day, {}).items())

    def counted(self, metric: Metric, spans: Sequence[Span], *, ground: Ground) -> list[Counted]:
        """What was noted when it was counted."""
        counted = self._tally(metric).counted
        return [
            (member, at, amount)
            for member, since, until in spans
            for at, amount in counted
            if since <= at < until
        ]  # fmt: skip

    def available(self, members: Collection[bytes], point_type: int) -> dict[bytes, int]:
        """By the book that is played."""
        return {each: self._book.balance(each, point_type).available for each in members}

    def standings_before(self, members: Sequence[bytes], *, ladder: str, version: int) -> Mapping[bytes, Standing]:
        """As they were kept then."""
        found = self.before.get((ladder, version))
        return {} if found is None else {self._file.id: found}

    def winner(self, rules: Shelf, file: MemberFile, rule: str, badge: str | None) -> EventOnFile | None:
        """By the points that the rule gave, or by the badge."""
        given = [
            each
            for each in self._book.entries
            if each.debit == Account.issued and each.cause_kind == CauseKind.event and each.reason == rule
        ]
        causes = [each.cause for each in sorted(given, key=lambda each: (each.occurred_at, each.id))]
        if not causes:
            causes = sorted(held[badge] for held in file.badges.values() if badge in held)
        standing = [each for each in causes if (each, rule) not in self.undone]
        if not standing:
            return None
        found = self.won.get(standing[-1])
        if found is None:
            raise NeedsTables("unknown")
        self._settle(found)
        return found

    def past(self, file: MemberFile, added: Sequence[Added]) -> Past:
        """The file has all of it."""
        return Past(file.past.rows)

    def _tally(self, metric: Metric) -> _Tally:
        found = next((each for each in self._tallies if each.metric == metric), None)
        if found is None:
            raise NeedsTables("unknown")
        return found

    def _was_only(self, order: OrderOnFile, day: date) -> Callable[[tuple[str, ...]], bool]:
        others = [kind for each, kind in (self._visits or {}).get(day, {}).items() if each != order.event.id]
        return lambda types: not any(kind in types for kind in others)

    def _settle(self, found: EventOnFile) -> None:
        """What became of the points by now."""
        found.lost = lost_of(self._book, {each.lot for each in found.granted})
        found.revoked = {}
        for each in self._book.revocations:
            if each.grant_cause == found.event.id.bytes:
                place = (each.point_type, each.reason)
                found.revoked[place] = found.revoked.get(place, 0) + each.points

    def _given_back(self, causes: Sequence[bytes]) -> dict[bytes, int]:
        entries = {
            each.id
            for each in self._book.entries
            if each.debit in (Account.held, Account.redeemed) and each.cause in causes
        }
        found: dict[bytes, int] = {}
        for each in self._book.allocations if entries else ():
            if each.transfer_id in entries:
                found[each.lot_id] = found.get(each.lot_id, 0) - each.amount
        return found


def asked_metrics(rules: Shelf) -> list[Metric]:
    """The metrics of which a ladder may ask the past: where it changes, comes later than members, or is judged late."""
    found: list[Metric] = []
    for metric in _asked(rules):
        if metric not in found and not metric.follows_balance:
            found.append(metric)
    return found


def _asked(rules: Shelf) -> Iterator[Metric]:
    first = {rungs.id for rungs in rules.rulebooks[0].rungs}
    for rungs in (each for book in rules.rulebooks for each in book.rungs):
        if rungs.before is not None:
            yield rungs.metric
            yield rungs.before.metric
        elif rungs.id not in first or (rungs.judged_in_time and rungs.ladder.downgrade_on_return):
            yield rungs.metric
