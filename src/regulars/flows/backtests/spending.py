"""Points that moved beside events, played again: spent, set aside, given by staff, sent. As far as they are there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from regulars.domain.ledger.book import Cause
from regulars.domain.ledger.contracts import Account, CauseKind, Hold, HoldState
from regulars.flows.apply_effects import renew
from regulars.flows.backtests.reading import Movement
from regulars.flows.backtests.redemption_model import Spender
from regulars.flows.backtests.remembered import Remembered
from regulars.flows.backtests.tables import NeedsTables
from regulars.flows.desk import Desk
from regulars.flows.member_file import MemberFile
from regulars.flows.settle_day import settle_day
from regulars.kernel.ids import new_id_bytes

_BY_STAFF = frozenset({int(CauseKind.adjustment), int(CauseKind.adjustment_undone)})
"""What staff take may lead below zero."""
_NO_END = datetime.max.replace(tzinfo=UTC)
_MERGES = frozenset({int(CauseKind.merge), int(CauseKind.merge_undone)})


@dataclass(slots=True)
class _Paid:
    """What a redemption, a hold or a gift has taken: points that are still set aside, and those that are spent."""

    entry: bytes
    held: int
    spent: int


class Spending:
    """The movements of one member. What paid is remembered, for it may come back."""

    def __init__(self, desk: Desk, file: MemberFile, memory: Remembered) -> None:
        self._desk = desk
        self._file = file
        self._memory = memory
        self._paid: dict[bytes, _Paid] = {}

    def move(self, moved: Movement, today: date) -> int:
        """Plays it; how many points of it were not there to be spent. Raises NeedsTables."""
        if moved.cause_kind in _MERGES:
            raise NeedsTables("merged")
        book, owner, number = self._desk.book, self._file.id, moved.point_type
        cause = Cause(CauseKind(moved.cause_kind), moved.cause, moved.occurred_at, moved.reason)
        source, target = Account(moved.debit), Account(moved.credit)
        if not self._is_open(moved):
            return 0  # the order that the hold has paid for did this itself
        settle_day(book, owner, number, today=today, time_zone=self._desk.rules.programme.time_zone)
        if source is Account.available:
            return self._take(moved, cause, target, today)
        if source is Account.held and target is Account.redeemed:
            return self._settle(moved, cause)
        if target is not Account.available:
            raise NeedsTables("unknown")
        if source in (Account.held, Account.redeemed):
            self._give_back(moved, cause, source, today)
            return 0
        rulebook = self._desk.rules.in_force(moved.came_at)
        renewable = any(rulebook.point_type_ids[code] == number for code in rulebook.renewing)
        book.earn(owner, number, moved.amount, cause=cause, last_day=moved.last_day, source=source, renewable=renewable)
        return 0

    def let_go(self, hold: UUID, today: date) -> None:
        """Points that were set aside for an order, and are too few for it, go back."""
        found = self._desk.holds.get(hold)
        if found is None or found.state is not HoldState.open:
            return
        cause = Cause(CauseKind.hold, hold.bytes, self._desk.now, "released")
        self._back(found.point_type, hold.bytes, self._paid[hold.bytes].held, cause, Account.held, today)
        del self._desk.holds[hold]

    def _is_open(self, moved: Movement) -> bool:
        if moved.cause_kind != CauseKind.hold or moved.debit == Account.available:
            return True
        found = self._desk.holds.get(UUID(bytes=moved.cause))
        return found is not None and found.state is HoldState.open

    def _take(self, moved: Movement, cause: Cause, target: Account, today: date) -> int:
        book, owner, number = self._desk.book, self._file.id, moved.point_type
        amount = moved.amount
        if moved.cause_kind not in _BY_STAFF:
            amount = min(amount, max(book.balance(owner, number).available, 0))
        if amount:
            lots, since = book.in_spend_order(owner, number), len(book.allocations)
            entry = book.take(owner, number, amount, lots, target, cause)
            self._memory.keep_payment(entry.id, book.allocations[since:], lots)
            held = amount if target is Account.held else 0
            self._paid[moved.cause] = _Paid(entry.id, held, amount - held)
            if moved.cause_kind == CauseKind.hold:
                self._place(moved, amount, entry.id)
        if moved.cause_kind == CauseKind.redemption:
            renew(self._desk, self._file, "redemption", today, self._desk.rules.in_force(moved.came_at))
        return moved.amount - amount

    def _place(self, moved: Movement, amount: int, entry: bytes) -> None:
        """The hold is there for an order that names it. When its time was over is played as it was."""
        hold = UUID(bytes=moved.cause)
        self._memory.holds[hold] = entry
        self._desk.holds[hold] = Hold(
            hold, UUID(bytes=self._file.id), moved.point_type, amount, 0, HoldState.open, UUID(bytes=entry),
            moved.came_at, _NO_END, None, "", "", CauseKind.hold, hold,
        )  # fmt: skip

    def _settle(self, moved: Movement, cause: Cause) -> int:
        paid = self._paid.get(moved.cause)
        amount = 0 if paid is None else min(moved.amount, paid.held)
        if paid is not None and amount:
            self._desk.book.settle(self._file.id, moved.point_type, amount, cause=cause)
            paid.held -= amount
            paid.spent += amount
        return moved.amount - amount

    def _give_back(self, moved: Movement, cause: Cause, source: Account, today: date) -> None:
        paid = self._paid.get(moved.cause)
        if paid is None:
            return
        amount = min(moved.amount, paid.held if source is Account.held else paid.spent)
        self._back(moved.point_type, moved.cause, amount, cause, source, today)

    def _back(self, point_type: int, paid_for: bytes, amount: int, cause: Cause, source: Account, today: date) -> None:
        if not amount:
            return
        paid, book = self._paid[paid_for], self._desk.book
        still, lots = self._memory.still_paid(paid.entry, [paid_for])
        book.give_back(self._file.id, point_type, still, lots, cause=cause, source=source, amount=amount)
        if source is Account.held:
            paid.held -= amount
        else:
            paid.spent -= amount
        settle_day(
            book, self._file.id, point_type, today=today, time_zone=self._desk.rules.programme.time_zone
        )  # fmt: skip


def spend(desk: Desk, file: MemberFile, spender: Spender, today: date) -> tuple[int, int]:
    """What the member spends by a model now: (points taken, points that were not there)."""
    taken = missing = 0
    for number, points in spender.wants(today, lambda number: desk.book.balance(file.id, number).available):
        settle_day(desk.book, file.id, number, today=today, time_zone=desk.rules.programme.time_zone)
        amount = min(points, max(desk.book.balance(file.id, number).available, 0))
        missing += points - amount
        if amount:
            cause = Cause(CauseKind.redemption, new_id_bytes(file.id[15]), desk.now, "modelled")
            desk.book.spend(file.id, number, amount, cause=cause)
            renew(desk, file, "redemption", today, desk.rules.in_force(desk.now))
            taken += amount
    return taken, missing
