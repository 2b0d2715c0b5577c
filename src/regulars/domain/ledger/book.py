"""The books of a few owners, open in memory: pure bookkeeping, written down by commands.write_book.

Every method leaves the book balanced: the entry, the balance, the lots and the allocations change together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

from regulars.domain.ledger.contracts import (
    Account,
    Allocation,
    Balance,
    CauseKind,
    Entry,
    NewLot,
    NotEnoughPoints,
    OpenLot,
)
from regulars.kernel.ids import new_id_bytes

Key = tuple[bytes, int]
"""(owner, point type)"""


class Cause:
    """Why points move: what it was, its id, when it happened, and a short code that explanations start from."""

    __slots__ = ("id", "kind", "occurred_at", "reason")

    def __init__(self, kind: CauseKind, identifier: bytes, occurred_at: datetime, reason: str) -> None:
        self.kind = int(kind)
        self.id = identifier
        self.occurred_at = occurred_at
        self.reason = reason


class Book:
    """Balances (and lots, where points leave) of the owners of one batch, and what the batch adds to them.

    lots: None where points only come in; nothing can then be spent.
    """

    def __init__(self, balances: dict[Key, Balance], lots: dict[Key, list[OpenLot]] | None) -> None:
        self._balances = balances
        self._lots = {} if lots is None else lots
        self._follows_lots = lots is not None
        self.entries: list[Entry] = []
        self.new_lots: dict[bytes, NewLot] = {}
        self.allocations: list[Allocation] = []
        self.touched: dict[Key, Balance] = {}
        self.remaining: dict[bytes, int] = {}

    def balance(self, owner: bytes, point_type: int) -> Balance:
        """The balance as it stands in this book."""
        key = (owner, point_type)
        balance = self._balances.get(key)
        if balance is None:
            balance = self._balances[key] = Balance()
        return balance

    def earn(
        self,
        owner: bytes,
        point_type: int,
        amount: int,
        *,
        cause: Cause,
        last_day: date | None,
        source: Account = Account.issued,
    ) -> Entry:
        """Grants points: a new lot. A deficit is absorbed first: 50, forced debit 80, +100 leaves a lot of 70."""
        balance = self.balance(owner, point_type)
        absorbed = min(amount, -balance.available) if balance.available < 0 else 0
        entry = self._post(owner, point_type, balance, amount, amount, source, Account.available, cause)
        lot = NewLot(entry.id, owner, point_type, amount, amount - absorbed, cause.occurred_at, last_day)
        self.new_lots[entry.id] = lot
        if absorbed:
            self.allocations.append(Allocation(entry.id, entry.id, absorbed))
        if self._follows_lots and lot.remaining:
            open_lot = OpenLot(entry.id, amount, lot.remaining, cause.occurred_at, last_day)
            self._lots.setdefault((owner, point_type), []).append(open_lot)
        return entry

    def spend(
        self, owner: bytes, point_type: int, amount: int, *, cause: Cause, target: Account = Account.redeemed
    ) -> Entry:
        """Takes points from the lots that expire first. Raises NotEnoughPoints; the book is then unchanged."""
        balance = self.balance(owner, point_type)
        if amount > balance.available:
            raise NotEnoughPoints(available=balance.available, asked=amount)
        entry = self._post(owner, point_type, balance, amount, -amount, Account.available, target, cause)
        if target is Account.held:
            balance.held += amount
        self._consume(entry, sorted(self._lots.get((owner, point_type), []), key=spend_order), amount)
        return entry

    def expire(
        self, owner: bytes, point_type: int, *, today: date, cause_of: Callable[[OpenLot], Cause]
    ) -> list[Entry]:
        """One entry for every lot whose last day has passed."""
        balance = self.balance(owner, point_type)
        posted = []
        for lot in sorted(self._lots.get((owner, point_type), []), key=spend_order):
            if lot.remaining == 0 or lot.last_day is None or lot.last_day >= today:
                continue
            amount = lot.remaining
            entry = self._post(
                owner, point_type, balance, amount, -amount, Account.available, Account.expired, cause_of(lot)
            )
            self._consume(entry, [lot], amount)
            posted.append(entry)
        return posted

    def settle(self, owner: bytes, point_type: int, amount: int, *, cause: Cause) -> Entry:
        """Held points are spent for good. Their lots paid when the hold was placed."""
        balance = self.balance(owner, point_type)
        balance.held -= amount
        return self._post(owner, point_type, balance, amount, 0, Account.held, Account.redeemed, cause)

    def give_back(
        self,
        owner: bytes,
        point_type: int,
        paid: Iterable[Allocation],
        lots: dict[bytes, OpenLot],
        *,
        cause: Cause,
        source: Account,
    ) -> Entry:
        """Points return to the lots that paid, last used first, with their own last day.

        paid: the allocations of the transfer that is undone, in the order of use. lots: those lots as they stand.
        """
        balance = self.balance(owner, point_type)
        returning = list(paid)
        amount = sum(allocation.amount for allocation in returning)
        entry = self._post(owner, point_type, balance, amount, amount, source, Account.available, cause)
        if source is Account.held:
            balance.held -= amount
        mine = self._lots.setdefault((owner, point_type), [])
        known = {lot.id: lot for lot in mine}
        for allocation in reversed(returning):
            lot = known.get(allocation.lot_id)
            if lot is None:
                lot = known[allocation.lot_id] = lots[allocation.lot_id]
                mine.append(lot)
            lot.remaining += allocation.amount
            self._note_remaining(lot)
            self.allocations.append(Allocation(entry.id, lot.id, -allocation.amount))
        return entry

    def _consume(self, entry: Entry, lots: list[OpenLot], amount: int) -> None:
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
            self._note_remaining(lot)
        if left:
            raise RuntimeError(f"lots hold {left} points less than the balance says")

    def _note_remaining(self, lot: OpenLot) -> None:
        fresh = self.new_lots.get(lot.id)
        if fresh is None:
            self.remaining[lot.id] = lot.remaining
        else:
            self.new_lots[lot.id] = fresh._replace(remaining=lot.remaining)

    def _post(
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
        balance.available += change
        balance.entry_no += 1
        entry = Entry(
            new_id_bytes(owner[15]),
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


def spend_order(lot: OpenLot) -> tuple[date, datetime, bytes]:
    """Earliest last day first, never-expiring last; ties by the day earned, then by id."""
    return (lot.last_day or date.max, lot.earned_at, lot.id)
