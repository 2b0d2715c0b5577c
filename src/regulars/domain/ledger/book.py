"""The books of a few owners, open in memory: pure bookkeeping, written down by commands.write_book.

Every method leaves the book balanced: the entry, the balance, the lots and the allocations change together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime

from regulars.domain.ledger.activation_policy import Term
from regulars.domain.ledger.clawback_policy import ClawbackPolicy
from regulars.domain.ledger.contracts import (
    Account,
    Allocation,
    Balance,
    Entry,
    Extension,
    NewLot,
    NotEnoughPoints,
    OpenLot,
    PendingLot,
    Renewal,
)
from regulars.domain.ledger.pages import Cause, Key, Pages, spend_order
from regulars.domain.ledger.stopped import AccountFrozen

__all__ = ["Book", "Cause", "Key", "spend_order"]


class Book(Pages):
    """The movements of points."""

    def earn(
        self,
        owner: bytes,
        point_type: int,
        amount: int,
        *,
        cause: Cause,
        last_day: date | None,
        source: Account = Account.issued,
        renewable: bool = False,
        earned_at: datetime | None = None,
    ) -> Entry:
        """Grants points: a new lot. A deficit is absorbed first: 50, forced debit 80, +100 leaves a lot of 70.

        earned_at: when the points were first earned, where that is not when the cause happened.
        """
        balance = self.balance(owner, point_type)
        absorbed = _absorbed(balance, amount)
        entry = self.post(owner, point_type, balance, amount, amount, source, Account.available, cause)
        earned_at = earned_at or cause.occurred_at
        lot = NewLot(entry.id, owner, point_type, amount, amount - absorbed, earned_at, last_day, renewable)
        self.new_lots[entry.id] = lot
        if absorbed:
            self.allocations.append(Allocation(entry.id, entry.id, absorbed))
        if self.follows(owner) and lot.remaining:
            open_lot = OpenLot(entry.id, amount, lot.remaining, earned_at, last_day, renewable)
            self.open_lots(owner, point_type).append(open_lot)
        return entry

    def earn_pending(
        self,
        owner: bytes,
        point_type: int,
        amount: int,
        *,
        cause: Cause,
        term: Term,
        last_day: date | None,
        expiry: str = "",
        renewable: bool = False,
        source: Account = Account.issued,
        frozen: bool = False,
        earned_at: datetime | None = None,
        granted_by: bytes | None = None,
    ) -> Entry:
        """Grants points that cannot be spent yet. last_day, expiry, frozen: as in PendingLot.

        earned_at, granted_by: when and by which event the points were first earned, where the cause is another.
        """
        earned_at = earned_at or cause.occurred_at
        balance = self.balance(owner, point_type)
        balance.pending += amount
        entry = self.post(owner, point_type, balance, amount, 0, source, Account.pending, cause)
        lot = NewLot(entry.id, owner, point_type, amount, 0, earned_at, last_day, renewable)
        self.new_lots[entry.id] = lot
        waiting = self.new_pending[entry.id] = PendingLot(
            entry.id, owner, point_type, amount, amount, earned_at, term.activates_on, term.waits_for,
            term.cancels_after, granted_by or cause.id, last_day, expiry, renewable, frozen,
        )  # fmt: skip
        self.await_lot(waiting)
        return entry

    def activate(self, lot: PendingLot, *, cause: Cause, last_day: date | None) -> Entry:
        """Pending points can be spent from now on; a deficit is absorbed first."""
        balance = self.balance(lot.owner, lot.point_type)
        amount, absorbed = lot.waiting, _absorbed(balance, lot.waiting)
        balance.pending -= amount
        entry = self.post(lot.owner, lot.point_type, balance, amount, amount, Account.pending, Account.available, cause)
        if absorbed:
            self.allocations.append(Allocation(entry.id, lot.id, absorbed))
        self.note_waiting(lot, 0)
        opened = OpenLot(lot.id, lot.amount, amount - absorbed, lot.earned_at, last_day, lot.renewable)
        if last_day != lot.last_day:
            self.note_last_day(opened)
        self.note_remaining(opened)
        if self.follows(lot.owner) and opened.remaining:
            self.open_lots(lot.owner, lot.point_type).append(opened)
        return entry

    def cancel(self, lot: PendingLot, amount: int, *, cause: Cause) -> Entry:
        """Pending points are taken back before anybody could spend them."""
        balance = self.balance(lot.owner, lot.point_type)
        balance.pending -= amount
        entry = self.post(lot.owner, lot.point_type, balance, amount, 0, Account.pending, Account.reversed, cause)
        self.allocations.append(Allocation(entry.id, lot.id, amount))
        self.note_waiting(lot, lot.waiting - amount)
        return entry

    def spend(
        self,
        owner: bytes,
        point_type: int,
        amount: int,
        *,
        cause: Cause,
        target: Account = Account.redeemed,
        overdraw: bool = False,
    ) -> Entry:
        """Takes points from the lots that expire first. Raises NotEnoughPoints and AccountFrozen; nothing changed then.

        overdraw: what the lots lack becomes a deficit, which the next grants pay off.
        """
        balance = self.balance(owner, point_type)
        if balance.frozen:
            raise AccountFrozen
        if amount > balance.available and not overdraw:
            raise NotEnoughPoints(available=balance.available, asked=amount)
        return self.take(owner, point_type, amount, self.in_spend_order(owner, point_type), target, cause)

    def revoke(
        self,
        owner: bytes,
        point_type: int,
        due: int,
        *,
        grant: bytes,
        policy: ClawbackPolicy,
        cause: Cause,
    ) -> tuple[list[Entry], int]:
        """Takes back points of one grant: pending ones, what is left of its lot, others, perhaps below zero.

        due: how many. Returns the entries and how many points were taken: less than due where the policy spares the
        member.
        """
        pending = self.pending.get(grant)
        waiting = pending.waiting if pending else 0
        own_lot = self.lot(owner, point_type, grant)
        own = own_lot.remaining if own_lot else 0
        available = max(self.balance(owner, point_type).available, 0)
        plan = policy.plan(due, pending=waiting, own=own, others=available - own)
        posted = []
        if pending and plan.pending:
            posted.append(self.cancel(pending, plan.pending, cause=cause))
        active = plan.own + plan.others + plan.deficit
        if active:
            others = [lot for lot in self.in_spend_order(owner, point_type) if lot is not own_lot]
            lots = [own_lot, *others] if own_lot and plan.own else others
            posted.append(self.take(owner, point_type, active, lots, Account.reversed, cause))
        return posted, plan.pending + active

    def expire(
        self, owner: bytes, point_type: int, *, today: date, cause_of: Callable[[OpenLot], Cause]
    ) -> list[Entry]:
        """One entry for every lot whose last day has passed."""
        posted = []
        lots = self.open_lots(owner, point_type)
        due = [lot for lot in lots if lot.last_day is not None and lot.last_day < today and lot.remaining]
        for lot in sorted(due, key=spend_order):
            posted.append(self.take(owner, point_type, lot.remaining, [lot], Account.expired, cause_of(lot)))
        return posted

    def settle(self, owner: bytes, point_type: int, amount: int, *, cause: Cause) -> Entry:
        """Held points are spent for good. Their lots paid when the hold was placed. Raises AccountFrozen."""
        balance = self.balance(owner, point_type)
        if balance.frozen:
            raise AccountFrozen
        balance.held -= amount
        return self.post(owner, point_type, balance, amount, 0, Account.held, Account.redeemed, cause)

    def give_back(
        self,
        owner: bytes,
        point_type: int,
        paid: Iterable[Allocation],
        lots: dict[bytes, OpenLot],
        *,
        cause: Cause,
        source: Account,
        amount: int | None = None,
    ) -> Entry:
        """Points return to the lots that paid, last used first, with their own last day; a deficit is paid off first.

        paid: the allocations of the transfer that is undone, less what came back before, in the order of use.
        lots: those lots as they stand. amount: how many return; None: all.
        """
        balance = self.balance(owner, point_type)
        parts = _last_used_first(paid, amount)
        total = sum(part for _, part in parts)
        absorbed = _absorbed(balance, total)
        entry = self.post(owner, point_type, balance, total, total, source, Account.available, cause)
        if source is Account.held:
            balance.held -= total
        mine = self.open_lots(owner, point_type)
        known = {lot.id: lot for lot in mine}
        returned: list[tuple[OpenLot, int]] = []
        for lot_id, part in parts:
            lot = known.get(lot_id)
            if lot is None:
                lot = known[lot_id] = lots[lot_id]
                mine.append(lot)
            returned.append((lot, part))
        # What pays off a deficit is what would have been spent first.
        kept = {}
        for lot, part in sorted(returned, key=lambda each: spend_order(each[0])):
            pays = min(absorbed, part)
            absorbed -= pays
            kept[lot.id] = part - pays
        for lot, _ in returned:
            if kept[lot.id]:
                lot.remaining += kept[lot.id]
                self.note_remaining(lot)
                self.allocations.append(Allocation(entry.id, lot.id, -kept[lot.id]))
        return entry

    def extend(self, owner: bytes, lot: OpenLot, last_day: date | None, *, cause: Cause) -> None:
        """Changes the last day of a lot, for a stated cause; nothing when it is the same."""
        if last_day == lot.last_day:
            return
        self.extensions.append(
            Extension(self.new_id(owner[15]), owner, lot.id, lot.last_day, last_day, cause.kind, cause.id)
        )
        lot.last_day = last_day
        self.note_last_day(lot)

    def renew(self, owner: bytes, point_type: int, *, day: date, last_day: date) -> None:
        """The owner was active on `day`: renewable lots that were not gone by then last until last_day at least."""
        for fresh in self.new_lots.values():
            if fresh.owner == owner and fresh.point_type == point_type and _renews(fresh, day, last_day):
                fresh.last_day = last_day
        for lot in self.open_lots(owner, point_type):
            if _renews(lot, day, last_day):
                lot.last_day = last_day
        for pending in self.pending_of(owner, point_type):
            if pending.is_ripe(day) and _renews(pending, day, last_day):
                pending.last_day = last_day
                self.note_term(pending)
        mine = self.renewals.setdefault((owner, point_type), [])
        if mine and mine[-1].day <= day <= mine[-1].last_day:
            mine[-1] = Renewal(mine[-1].day, max(mine[-1].last_day, last_day))
        else:
            mine.append(Renewal(day, last_day))


def _absorbed(balance: Balance, amount: int) -> int:
    """How much of points that come in pays off a deficit."""
    return min(amount, max(-balance.available, 0))


def _last_used_first(paid: Iterable[Allocation], amount: int | None) -> list[tuple[bytes, int]]:
    """(lot, points) that return, of allocations in the order of use."""
    used = [each for each in paid if each.amount > 0]
    left = sum(each.amount for each in used) if amount is None else amount
    parts = []
    for each in reversed(used):
        part = min(left, each.amount)
        if part:
            parts.append((each.lot_id, part))
            left -= part
    return parts


def _renews(lot: OpenLot | NewLot | PendingLot, day: date, last_day: date) -> bool:
    return lot.renewable and lot.last_day is not None and day <= lot.last_day < last_day
