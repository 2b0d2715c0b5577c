"""One member's life played again in memory, with the code that the live run uses: events, nights, what was spent.

Nothing here says how points are earned, expire or move a tier: it only says when whom is asked. What a life cannot
know of itself alone, which is a merge with another one, raises NeedsTables.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from regulars.domain.earning.contracts import BudgetKey
from regulars.domain.events.contracts import RETURN, Claim, History, NewEvent
from regulars.domain.events.intake import Checked, checked_again, claim_key
from regulars.domain.events.returned import net_of
from regulars.domain.ledger.book import Book
from regulars.domain.ledger.contracts import Account, CauseKind, Entry
from regulars.domain.members.contracts import MemberStatus
from regulars.domain.programmes.queries import Shelf
from regulars.domain.programmes.rulebook import CompiledRulebook
from regulars.domain.tiers.standing import Step
from regulars.flows.backtests.acting import Act, act
from regulars.flows.backtests.figures import Figures, MemberFigures, month_of
from regulars.flows.backtests.nights import ONE_DAY, due_of, next_due, work_night
from regulars.flows.backtests.reading import Happened, Movement, Past, Reader
from regulars.flows.backtests.remembered import Remembered
from regulars.flows.backtests.returning import Returns
from regulars.flows.backtests.spending import Spending, spend
from regulars.flows.backtests.tables import NOTHING_ON_FILE, NeedsTables
from regulars.flows.backtests.turning import Turn, turn
from regulars.flows.backtests.wish import Wish
from regulars.flows.budgets import Budgets
from regulars.flows.desk import Desk
from regulars.flows.member_file import MemberFile
from regulars.flows.pay_with_points import check_payment
from regulars.flows.work_event import work_event
from regulars.kernel.clock import EARLIEST, local_day, start_of_day
from regulars.kernel.errors import Refusal

_MANY = 48
"""So many amounts of a ladder are kept before those that left its window are forgotten."""
_PERIOD_BEFORE = timedelta(days=2 * 366)


class Life:
    """One member. figures: are added to. turns: what new versions do to members who are there."""

    def __init__(
        self,
        rules: Shelf,
        past: Past,
        reader: Reader,
        figures: Figures,
        *,
        budgets: Budgets,
        turns: Sequence[Turn] = (),
        wish: Wish,
    ) -> None:
        self._rules, self._reader, self._figures = rules, reader, figures
        self._reward = wish.reward_under(rules)
        self._replays = wish.redemptions.replays
        self._spender = None if self._replays else wish.redemptions.spender(wish.ground)
        self._zone = rules.programme.time_zone
        if past.member.has_merged or past.member.status == MemberStatus.merged:
            raise NeedsTables("merged")
        member = past.member._replace(status=int(MemberStatus.active))
        self._file = MemberFile(member, History(), {}, (), time_zone=self._zone)
        self._file.person = past.person
        self._book = Book({}, {}, new_id=_numbers())
        self._memory = Remembered(rules, self._file, self._book)
        self._desk = Desk(
            rules, {member.id: self._file}, self._book, now=member.enrolled_at, orders={}, budgets=budgets,
            look_up=self._memory,
        )  # fmt: skip
        self._past = past
        self._returns = Returns(self._desk, self._file, self._memory, past, reader)
        self._files = bool(self._returns.keys or rules.awaited)
        self._turns = deque(each for each in turns if each.at > member.enrolled_at)
        for rulebook in rules.rulebooks:
            self._file.visited |= {each.id: set() for each in rulebook.rungs if each.visit_events}
        self._spending = Spending(self._desk, self._file, self._memory)
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
        self._turn(until)
        self._nights(local_day(until, self._zone))
        return self._close()

    def step(self, step: Happened | Movement | Act) -> None:
        """One event, movement or act, after the nights before it."""
        self._turn(step.came_at)
        self._desk.now = step.came_at
        today = local_day(step.came_at, self._zone)
        if today >= self._due:
            self._nights(today)
            self._desk.now = step.came_at
        if isinstance(step, Movement):
            self._figures.short += self._spending.move(step, today)
            self._due = min(self._due, today + ONE_DAY)
        elif isinstance(step, Act):
            for ladder, moved in act(self._desk, self._file, self._memory, step):
                self._note(ladder, moved.from_tier, moved.to_tier, today)
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
            if not self._replays and event.order is not None:
                event.order.points_used = None
            used = event.order.points_used if event.order is not None else None
            if used is not None and event.order is not None:
                try:
                    check_payment(desk, file, used, rulebook)
                except Refusal:  # under other rules the points are not there: the order is paid with money
                    self._figures.short += used.points
                    if used.hold is not None:
                        self._spending.let_go(used.hold, local_day(desk.now, self._zone))
                    event.order.points_used = None
                else:
                    if rulebook.earn_on == "net":
                        occurrence = net_of(occurrence, event.order)
            self._memory.recall(self._rules.climbed(rulebook, desk.now))
            desk.enter(file, rulebook, occurrence)
            self._begin()
            if event.type == RETURN:
                self._return(checked)
                return
            key = claim_key("order", event.source, event.order.number) if event.order and self._files else None
            keep = self._returns.asks_for(key, rulebook)
            before = len(self._book.entries), len(self._book.allocations)
            worked = work_event(NOTHING_ON_FILE, desk, file, checked, rulebook, occurrence, bare=not keep)
            self._memory.note(occurrence, worked.evaluation.effects, worked.applied.event_id)
            if keep:
                self._returns.keep(key, happened, checked, rulebook, worked, *before)
            if self._rules.awaited:
                self._put_on_desk(key, happened, checked, rulebook, worked.applied.event_id)
            for waiting in self._returns.that_waited(key):
                desk.enter(file, self._rules.in_force(waiting.occurrence.occurred_at), waiting.occurrence)
                self._returns.give_back(waiting)
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

    def _return(self, checked: Checked) -> None:
        self._returns.give_back(checked)
        self._file.history.events += 1
        self._due = min(self._due, *(each.review_on for each in self._file.standings.values()), date.max)

    def _turn(self, until: datetime) -> None:
        """What new versions do to the member, each at its instant, after the nights before it."""
        while self._turns and self._turns[0].at <= until:
            at = self._turns[0].at
            day = local_day(at, self._zone)
            if start_of_day(day, self._zone) == at:  # the night does it
                self._due = min(self._due, day)
                self._nights(day)
                continue
            self._nights(day)
            self._desk.now = at
            for ladder, step in self._turned():
                self._note(ladder, step.from_tier, step.to_tier, day)
            self._count(day)
            self._due = min(self._due, day + ONE_DAY)

    def _turned(self) -> list[tuple[str, Step]]:
        """What versions do that is due by now; the moves on ladders."""
        due = []
        while self._turns and self._turns[0].at <= self._desk.now:
            due.append(self._turns.popleft())
        return turn(self._desk, self._file, self._memory, due)

    def _nights(self, today: date) -> None:
        """The nights on which something is due, up to that of the local day."""
        while self._due <= today:
            day = self._due
            self._desk.now = start_of_day(day, self._zone)
            for ladder, step in work_night(self._desk, self._file, day, turned=self._turned):
                self._note(ladder, step.from_tier, step.to_tier, day)
            self._count(day)
            self._due = next_due(self._desk, self._file, after=day)
            if self._spender is not None:
                self._due = min(self._due, max(self._spender.next_day(), day + ONE_DAY))

    def _note(self, ladder: str, from_tier: str, to_tier: str, day: date) -> None:
        month = month_of(day)
        self._figures.tiers[month, ladder, from_tier] -= 1
        self._figures.tiers[month, ladder, to_tier] += 1

    def _count(self, today: date) -> None:
        """Adds what was posted since the last time, and what the member spends now by the model."""
        self._add_up(today)
        if self._spender is not None:
            taken, missing = spend(self._desk, self._file, self._spender, today)
            self._figures.short += missing
            if taken:
                self._add_up(today)
            self._due = min(self._due, max(self._spender.next_day(), today + ONE_DAY))

    def _add_up(self, today: date) -> None:
        """Adds what was posted, and looks whether something is due earlier now."""
        entries = self._book.entries
        if len(entries) > self._seen:
            figures, month = self._figures, month_of(today)
            for each in entries[self._seen :]:
                figures.moved[month, each.point_type, each.debit, each.credit] += each.amount
                if each.debit == Account.issued and each.cause_kind == CauseKind.event:
                    figures.rules[each.point_type, each.reason] += each.amount
                    figures.fired[each.point_type, each.reason] += 1
                    if self._spender is not None:
                        self._spender.earned(each.point_type, each.amount, local_day(each.occurred_at, self._zone))
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
