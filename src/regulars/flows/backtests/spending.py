"""Points that moved beside events, played again: spent, set aside, given by staff, sent. As far as they are there."""

from __future__ import annotations

from datetime import date

from regulars.domain.ledger.book import Cause
from regulars.domain.ledger.contracts import Account, Allocation, CauseKind, OpenLot
from regulars.flows.apply_effects import renew
from regulars.flows.backtests.reading import Movement
from regulars.flows.backtests.tables import NeedsTables
from regulars.flows.desk import Desk
from regulars.flows.member_file import MemberFile
from regulars.flows.settle_day import settle_day

_BY_STAFF = frozenset({int(CauseKind.adjustment), int(CauseKind.adjustment_undone)})
"""What staff take may lead below zero."""


class Spending:
    """The movements of one member. What paid is remembered, for it may come back."""

    def __init__(self, desk: Desk, file: MemberFile) -> None:
        self._desk = desk
        self._file = file
        self._spent: dict[bytes, tuple[list[Allocation], dict[bytes, OpenLot]]] = {}

    def move(self, moved: Movement, today: date) -> int:
        """Plays it; how many points of it were not there to be spent. Raises NeedsTables."""
        book, owner, number = self._desk.book, self._file.id, moved.point_type
        cause = Cause(CauseKind(moved.cause_kind), moved.cause, moved.occurred_at, moved.reason)
        source, target = Account(moved.debit), Account(moved.credit)
        settle_day(book, owner, number, today=today, time_zone=self._desk.rules.programme.time_zone)
        if source is Account.available:
            return self._take(moved, cause, target, today)
        if source is Account.held and target is Account.redeemed:
            amount = min(moved.amount, book.balance(owner, number).held)
            if amount:
                book.settle(owner, number, amount, cause=cause)
            return moved.amount - amount
        if target is not Account.available:
            raise NeedsTables(f"{source.name} to {target.name}")
        if source in (Account.held, Account.redeemed):
            self._give_back(moved, cause, source)
            return 0
        rulebook = self._desk.rules.in_force(moved.came_at)
        renewable = any(rulebook.point_type_ids[code] == number for code in rulebook.renewing)
        book.earn(owner, number, moved.amount, cause=cause, last_day=moved.last_day, source=source, renewable=renewable)
        return 0

    def _take(self, moved: Movement, cause: Cause, target: Account, today: date) -> int:
        book, owner, number = self._desk.book, self._file.id, moved.point_type
        amount = moved.amount
        if moved.cause_kind not in _BY_STAFF:
            amount = min(amount, max(book.balance(owner, number).available, 0))
        if amount:
            lots, since = book.in_spend_order(owner, number), len(book.allocations)
            book.take(owner, number, amount, lots, target, cause)
            self._spent[moved.cause] = (book.allocations[since:], {lot.id: lot for lot in lots})
        if moved.cause_kind == CauseKind.redemption:
            renew(self._desk, self._file, "redemption", today, self._desk.rules.in_force(moved.came_at))
        return moved.amount - amount

    def _give_back(self, moved: Movement, cause: Cause, source: Account) -> None:
        paid, lots = self._spent.get(moved.cause, ([], {}))
        amount = min(moved.amount, sum(each.amount for each in paid))
        if amount:
            book = self._desk.book
            book.give_back(self._file.id, moved.point_type, paid, lots, cause=cause, source=source, amount=amount)
