"""One member's life played again in memory, with the code that the live run uses: events, nights, what was spent.

Nothing here says how points are earned, expire or move a tier: it only says when whom is asked. What a life asks of
the tables (holds, merges, points that paid for an order that came back) raises NeedsTables.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from regulars.domain.earning.contracts import BudgetKey
from regulars.domain.events.contracts import RETURN, Claim, EarnedOut, History, NewEvent, StoredEvent
from regulars.domain.events.intake import Checked, checked_again, claim_key
from regulars.domain.events.returned import net_of, order_left
from regulars.domain.ledger.book import Book
from regulars.domain.ledger.contracts import Account, CauseKind, Entry
from regulars.domain.members.contracts import MemberStatus
from regulars.domain.programmes.queries import Shelf
from regulars.domain.programmes.rulebook import CompiledRulebook
from regulars.flows.backtests.figures import Figures, MemberFigures, month_of
from regulars.flows.backtests.nights import ONE_DAY, due_of, lost_of, next_due, work_night
from regulars.flows.backtests.reading import Happened, Movement, Past, Reader
from regulars.flows.backtests.spending import Spending
from regulars.flows.backtests.tables import NO_TABLES, NOTHING_ON_FILE, NeedsTables
from regulars.flows.budgets import Budgets
from regulars.flows.desk import Desk
from regulars.flows.member_file import MemberFile
from regulars.flows.orders_on_file import Granted, OrderOnFile, order_claim
from regulars.flows.pay_with_points import check_payment
from regulars.flows.return_order import return_order
from regulars.flows.work_event import Worked, work_event
from regulars.kernel.clock import EARLIEST, local_day, start_of_day
from regulars.kernel.errors import Refusal

_MANY = 48
"""So many amounts of a ladder are kept before those that left its window are forgotten."""
_PERIOD_BEFORE = timedelta(days=2 * 366)


class Life:
    """One member. figures: are added to. dearest: points that the cheapest reward costs, by point type; None: none."""

    def __init__(
        self,
        rules: Shelf,
        past: Past,
        reader: Reader,
        figures: Figures,
        *,
        budgets: Budgets,
        reward: tuple[int, int] | None = None,
    ) -> None:
        self._rules, self._reader, self._figures, self._reward = rules, reader, figures, reward
        self._zone = rules.programme.time_zone
        member = past.member._replace(status=int(MemberStatus.active), has_merged=False)
        self._file = MemberFile(member, History(), {}, (), time_zone=self._zone)
        self._file.person = past.person
        self._book = Book({}, {}, new_id=_numbers())
        self._desk = Desk(
            rules, {member.id: self._file}, self._book, now=member.enrolled_at, orders={}, budgets=budgets
        )
        self._past = past
        self._returned = _returned_in(past, reader)
        self._files = bool(self._returned or rules.awaited)
        for rulebook in rules.rulebooks:
            self._file.visited |= {each.id: set() for each in rulebook.rungs if each.visit_events}
        self._orders: dict[bytes, OrderOnFile] = {}
        self._spending = Spending(self._desk, self._file)
        self._numbers = list(rules.point_types.values())
        self._due = date.max
        self._seen = 0
        self._changes = 0
        self._first_reward: date | None = None
        self._ladders: set[str] = set()

    def play(self, *, until: datetime) -> MemberFigures:
        """Everything, with the nights up to the last day. Raises NeedsTables."""
        for step in self._past.steps():
            self.step(step)
        return self.finish(until=until)

    def finish(self, *, until: datetime) -> MemberFigures:
        """The nights that are left, and the member's own figures, once."""
        self._nights(local_day(until, self._zone))
        return self._close()

    def step(self, step: Happened | Movement) -> None:
        """One event or movement, after the nights before it."""
        self._desk.now = step.came_at
        today = local_day(step.came_at, self._zone)
        if today >= self._due:
            self._nights(today)
            self._desk.now = step.came_at
        if isinstance(step, Movement):
            self._figures.short += self._spending.move(step, today)
            self._due = min(self._due, today + ONE_DAY)
        else:
            self._event(step)
        self._count(today)

    @property
    def drawn(self) -> dict[BudgetKey, Decimal]:
        """What was taken from budgets."""
        return self._desk.budgets.drawn

    def _close(self) -> MemberFigures:
        figures = self._figures
        figures.members += 1
        if self._first_reward is not None:
            figures.days[(self._first_reward - local_day(self._file.enrolled_at, self._zone)).days] += 1
        earned = spent = expired = 0
        for each in self._book.entries:
            if each.cause_kind == CauseKind.event and each.debit == Account.issued:
                earned += each.amount
            elif each.credit == Account.redeemed:
                spent += each.amount
            elif each.credit == Account.expired:
                expired += each.amount
        left = sum(self._book.balance(self._file.id, number).available for number in self._numbers)
        return MemberFigures(earned - sum(each.points for each in self._book.revocations), spent, expired, left)

    @property
    def book(self) -> Book:
        """The books that were played."""
        return self._book

    @property
    def file(self) -> MemberFile:
        """The member at the end."""
        return self._file

    def _event(self, happened: Happened) -> None:
        event, occurrence = self._reader.read(happened.body)
        self._figures.events += 1
        self._figures.seen[month_of(occurrence.local.date())] += 1
        checked = checked_again(event, occurrence)
        file, desk = self._file, self._desk
        rulebook = self._rules.in_force(occurrence.occurred_at)
        try:
            used = event.order.points_used if event.order is not None else None
            if used is not None and event.order is not None:
                try:
                    check_payment(desk, file, used, rulebook)
                except Refusal:  # under other rules the points are not there: the order is paid with money
                    self._figures.short += used.points
                    event.order.points_used = None
                else:
                    if rulebook.earn_on == "net":
                        occurrence = net_of(occurrence, event.order)
            desk.enter(file, rulebook, occurrence)
            self._begin()
            if event.type == RETURN:
                self._return(happened, checked)
                return
            if used is not None and used.hold is not None:
                raise NeedsTables("a hold that paid")
            key = claim_key("order", event.source, event.order.number) if event.order and self._files else None
            keep = key in self._returned
            before = len(self._book.entries)
            worked = work_event(NOTHING_ON_FILE, desk, file, checked, rulebook, occurrence, bare=not keep)
            if keep and key is not None:
                self._file_order(key, happened, checked, rulebook, worked, before)
            if self._rules.awaited:
                self._put_on_desk(key, happened, checked, rulebook, worked.applied.event_id)
        except Refusal as refusal:
            self._figures.refused[refusal.code] += 1
        self._forget()

    def _begin(self) -> None:
        """Counts ladders on which the member has just begun."""
        for ladder in self._file.standings.keys() - self._ladders:
            self._ladders.add(ladder)
            month = month_of(local_day(self._desk.now, self._zone))
            self._figures.tiers[month, ladder, self._file.standings[ladder].tier] += 1

    def _put_on_desk(
        self, key: bytes | None, happened: Happened, checked: Checked, rulebook: CompiledRulebook, event_id: bytes
    ) -> None:
        """Events that points wait for, and orders, are looked up among those of the desk."""
        source = checked.event
        number = None if source.order is None else source.order.number.encode()
        self._desk.events.append(
            NewEvent(
                event_id, self._file.id, rulebook.id, 0, checked.occurrence.occurred_at, source.type.encode(),
                source.source.encode(), source.id.encode(), number, happened.body.encode(), b"",
            )
        )  # fmt: skip
        if key is not None:
            self._desk.claims.append(Claim(key[0], key, event_id, b""))

    def _file_order(
        self, key: bytes, happened: Happened, checked: Checked, rulebook: CompiledRulebook, worked: Worked, before: int
    ) -> None:
        """Keeps the order as a return will find it."""
        order = checked.event.order
        assert order is not None, "only orders come back"
        granted = [
            Granted(each.point_type, each.rule, each.points, UUID(each.transfer).bytes)
            for each in worked.applied.shown
            if isinstance(each, EarnedOut)
        ]
        paid = [each.id for each in self._book.entries[before:] if each.credit == Account.redeemed]
        stored = StoredEvent(
            UUID(bytes=worked.applied.event_id), UUID(bytes=self._file.id), rulebook.id, checked.event.type,
            checked.event.source, checked.event.id, order.number, 0, checked.occurrence.occurred_at, happened.came_at,
            happened.body, "",
        )  # fmt: skip
        assert worked.kept is not None, "asked for, because the order comes back"
        self._orders[key] = OrderOnFile(
            event=stored,
            rulebook=rulebook,
            occurrence=checked.occurrence,
            state=worked.kept.decode(),
            granted=granted,
            left=order_left(order),
            payment=paid[0] if paid else None,
            hold=None,
            lots={each.lot: each.lot for each in granted},
        )

    def _return(self, happened: Happened, checked: Checked) -> None:
        returned = checked.event.return_
        assert returned is not None, "intake lets no return pass without its order"
        order = self._orders.get(order_claim(checked.event.source, returned))
        if order is None:
            raise NeedsTables("a return before its order")
        if order.payment is not None:
            raise NeedsTables("points that paid for what came back")
        if order.rulebook.rules.lasting or any(each.visit_events for each in order.rulebook.rungs):
            raise NeedsTables("a return of a challenge or a visit")
        order.lost = lost_of(self._book, {each.lot for each in order.granted})
        return_order(NO_TABLES, self._desk, self._file, checked, order, event_id=self._book.new_id(self._file.id[15]))
        self._file.history.events += 1
        self._due = min(self._due, *(each.review_on for each in self._file.standings.values()), date.max)

    def _nights(self, today: date) -> None:
        """The nights on which something is due, up to that of the local day."""
        while self._due <= today:
            day = self._due
            self._desk.now = start_of_day(day, self._zone)
            for ladder, step in work_night(self._desk, self._file, day):
                self._note(ladder, step.from_tier, step.to_tier, day)
            self._count(day)
            self._due = next_due(self._desk, self._file, after=day)

    def _note(self, ladder: str, from_tier: str, to_tier: str, day: date) -> None:
        month = month_of(day)
        self._figures.tiers[month, ladder, from_tier] -= 1
        self._figures.tiers[month, ladder, to_tier] += 1

    def _count(self, today: date) -> None:
        """Adds what was posted since the last time, and looks whether something is due earlier now."""
        entries = self._book.entries
        if len(entries) > self._seen:
            figures, month = self._figures, month_of(today)
            for each in entries[self._seen :]:
                figures.moved[month, each.point_type, each.debit, each.credit] += each.amount
                if each.debit == Account.issued and each.cause_kind == CauseKind.event:
                    figures.rules[each.point_type, each.reason] += each.amount
                    figures.fired[each.point_type, each.reason] += 1
                    self._due = min(self._due, due_of(self._book, each.id))
                elif each.cause_kind == CauseKind.cancellation and self._rules.draws:
                    self._give_back_to_budgets(each)
            self._seen = len(entries)
            if self._first_reward is None and self._reward is not None:
                number, price = self._reward
                if self._book.balance(self._file.id, number).available >= price:
                    self._first_reward = today
        changes = self._desk.changes
        for change in changes[self._changes :]:
            self._note(change.ladder, change.from_tier, change.to_tier, today)
        self._changes = len(changes)

    def _give_back_to_budgets(self, cancelled: Entry) -> None:
        """What never became active was never given (write_settled.give_back_cancelled)."""
        grant = next(each for each in self._book.entries if each.id == cancelled.cause)
        rulebook = self._rules.in_force(grant.occurred_at)
        day = local_day(grant.occurred_at, self._zone)
        self._desk.budgets.give_back(rulebook, grant.reason, cancelled.amount, day)

    def _forget(self) -> None:
        """Looks at standings, which the event may have moved, and forgets amounts that left their window."""
        for ladder, standing in self._file.standings.items():
            if standing.review_on < self._due:
                self._due = standing.review_on
            faded = self._file.faded.get(ladder)
            if faded is not None and len(faded) > _MANY and standing.counted_from > EARLIEST.date():
                # What counted in the period before may still decide about a late event.
                since = standing.counted_from - _PERIOD_BEFORE
                if faded[0][0] < since:
                    self._file.faded[ladder] = [each for each in faded if each[0] >= since]


def _numbers() -> Callable[[int], bytes]:
    """Makes the ids of a life: they grow as real ones do, and cost a tenth."""
    count = itertools.count(1)
    return lambda bucket: (next(count) << 8 | bucket).to_bytes(16, "big")


def _returned_in(past: Past, reader: Reader) -> set[bytes]:
    """The claims of orders that come back at some time."""
    found = set()
    for each in past.events:
        if '"return":' in each.body:
            event, _ = reader.read(each.body)
            if event.return_ is not None:
                found.add(order_claim(event.source, event.return_))
    return found
