"""What a book is made of: balances and lots in memory, how they change together, and what has to be written.

Book (book.py) says which movements there are; here is what all of them have in common.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

import msgspec

from regulars.domain.ledger.contracts import (
    Account,
    Allocation,
    Balance,
    CauseKind,
    Entry,
    Extension,
    NewLot,
    OpenLot,
    PendingLot,
    Renewal,
    Revocation,
)
from regulars.kernel.ids import new_id_bytes

Key = tuple[bytes, int]
"""(owner, point type)"""


class Cause(msgspec.Struct, gc=False):
    """Why points move: what it was, its id, when it happened, and a short code that explanations start from."""

    kind: CauseKind
    id: bytes
    occurred_at: datetime
    reason: str


class Pages:
    """Balances (and lots, where points leave) of the owners of one batch, and what the batch adds to them.

    lots, pending: of the owners in `followed`; for others points only come in, and nothing can be spent. new_id: makes
    the ids of what happens in this book.
    """

    def __init__(
        self,
        balances: dict[Key, Balance],
        lots: dict[Key, list[OpenLot]] | None,
        pending: Iterable[PendingLot] = (),
        followed: Iterable[bytes] | None = None,
        *,
        new_id: Callable[[int], bytes] = new_id_bytes,
    ) -> None:
        self.new_id = new_id
        self._balances = balances
        self._lots = {} if lots is None else lots
        self._followed = None if followed is None else set(followed)
        self._follows_lots = lots is not None
        self.pending: dict[bytes, PendingLot] = {}
        self._pending_of: dict[Key, list[PendingLot]] = {}
        for lot in pending:
            self.await_lot(lot)
        self.entries: list[Entry] = []
        self.new_lots: dict[bytes, NewLot] = {}
        self.new_pending: dict[bytes, PendingLot] = {}
        self.allocations: list[Allocation] = []
        self.touched: dict[Key, Balance] = {}
        self.remaining: dict[bytes, int] = {}
        self.waiting: dict[bytes, int] = {}
        self.terms: dict[bytes, PendingLot] = {}
        self.last_days: dict[bytes, date | None] = {}
        self.revocations: list[Revocation] = []
        self.extensions: list[Extension] = []
        self.renewals: dict[Key, list[Renewal]] = {}

    def balance(self, owner: bytes, point_type: int) -> Balance:
        """The balance as it stands in this book."""
        key = (owner, point_type)
        balance = self._balances.get(key)
        if balance is None:
            balance = self._balances[key] = Balance()
        return balance

    def spendable(self, owner: bytes, point_type: int, *, today: date) -> int:
        """What can be spent on that day: points whose last day is over no longer count, posted or not."""
        available = self.balance(owner, point_type).available
        gone = (lot.remaining for lot in self.open_lots(owner, point_type) if lot.last_day and lot.last_day < today)
        return available - sum(gone)

    def lot(self, owner: bytes, point_type: int, lot_id: bytes) -> OpenLot | None:
        """An open lot of the owner, or None when nothing is left of it."""
        return next((lot for lot in self.open_lots(owner, point_type) if lot.id == lot_id), None)

    def pending_of(self, owner: bytes, point_type: int) -> list[PendingLot]:
        """The owner's lots that still wait, those that were earned first at the front."""
        mine = self._pending_of.get((owner, point_type))
        if not mine:
            return []
        return sorted((lot for lot in mine if lot.waiting), key=lambda lot: (lot.earned_at, lot.id))

    def await_lot(self, lot: PendingLot) -> None:
        """The lot waits in this book."""
        self.pending[lot.id] = lot
        self._pending_of.setdefault((lot.owner, lot.point_type), []).append(lot)

    def accounts(self) -> list[Key]:
        """Every (owner, point type) of which lots are open here or wait, in the order of owners."""
        return sorted({*self._lots, *self._pending_of})

    def follows(self, owner: bytes) -> bool:
        """Whether the owner's lots are open in this book."""
        return self._follows_lots and (self._followed is None or owner in self._followed)

    def open_lots(self, owner: bytes, point_type: int) -> list[OpenLot]:
        """The owner's lots of the book, in no order; the list itself."""
        return self._lots.setdefault((owner, point_type), [])

    def in_spend_order(self, owner: bytes, point_type: int) -> list[OpenLot]:
        """The owner's lots, those first that pay first."""
        return sorted(self.open_lots(owner, point_type), key=spend_order)

    def take(
        self,
        owner: bytes,
        point_type: int,
        amount: int,
        lots: Sequence[OpenLot],
        target: Account,
        cause: Cause,
    ) -> Entry:
        """Points leave; the lots pay in the order given, as far as there is something to spend."""
        balance = self.balance(owner, point_type)
        funded = min(amount, max(balance.available, 0))
        entry = self.post(owner, point_type, balance, amount, -amount, Account.available, target, cause)
        if target is Account.held:
            balance.held += amount
        self._consume(entry, lots, funded)
        return entry

    def _consume(self, entry: Entry, lots: Sequence[OpenLot], amount: int) -> None:
        left = amount
        for lot in lots:
            if left == 0:
                return
            part = min(left, lot.remaining)
            if part == 0:
                continue
            lot.remaining -= part
            left -= part
            self.allocations.append(Allocation(entry.id, lot.id, part))
            self.note_remaining(lot)
        if left:
            raise RuntimeError(f"lots hold {left} points less than the balance says")

    def note_remaining(self, lot: OpenLot) -> None:
        """What is left of the lot has to be written."""
        fresh = self.new_lots.get(lot.id)
        if fresh is None:
            self.remaining[lot.id] = lot.remaining
        else:
            fresh.remaining = lot.remaining

    def note_waiting(self, lot: PendingLot, waiting: int) -> None:
        """So many points of the lot still wait."""
        lot.waiting = waiting
        if lot.id not in self.new_pending:
            self.waiting[lot.id] = waiting

    def note_term(self, lot: PendingLot) -> None:
        """For what the lot waits, and whether it is frozen, has to be written; and its last day."""
        fresh = self.new_lots.get(lot.id)
        if fresh is None:
            self.terms[lot.id] = lot
            self.last_days[lot.id] = lot.last_day
        else:
            fresh.last_day = lot.last_day

    def note_last_day(self, lot: OpenLot) -> None:
        """The lot's last day has to be written."""
        fresh = self.new_lots.get(lot.id)
        if fresh is None:
            self.last_days[lot.id] = lot.last_day
        else:
            fresh.last_day = lot.last_day

    def post(
        self,
        owner: bytes,
        point_type: int,
        balance: Balance,
        amount: int,
        change: int,
        debit: Account,
        credit: Account,
        cause: Cause,
    ) -> Entry:
        """One transfer. change: of what can be spent."""
        balance.available += change
        balance.entry_no += 1
        balance.may_overdraw = balance.available < 0
        entry = Entry(
            self.new_id(owner[15]),
            owner,
            point_type,
            balance.entry_no,
            debit,
            credit,
            amount,
            balance.available,
            cause.kind,
            cause.id,
            cause.occurred_at,
            cause.reason,
        )
        self.entries.append(entry)
        self.touched[owner, point_type] = balance
        return entry


def spend_order(lot: OpenLot | PendingLot) -> tuple[date, datetime, bytes]:
    """Earliest last day first, never-expiring last; ties by the day earned, then by id."""
    return (lot.last_day or date.max, lot.earned_at, lot.id)
