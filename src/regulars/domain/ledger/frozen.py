"""Owners who are blocked: their points come in and wait, and nothing becomes active before the release.

Whatever happens meanwhile leads to the balances that the owner would have without the block. So a return takes points
that are only held back by the block as if they were active.
"""

from __future__ import annotations

from datetime import date

from regulars.domain.ledger.book import Book, Cause, spend_order
from regulars.domain.ledger.clawback_policy import ClawbackPolicy
from regulars.domain.ledger.contracts import Account, Allocation, Entry, OpenLot, PendingLot


def freeze(book: Book, owner: bytes) -> None:
    """What waits goes on waiting, whatever day comes. What was due before must have become active."""
    _set_frozen(book, owner, frozen=True)


def thaw(book: Book, owner: bytes) -> None:
    """What waits becomes active on its day; what was due meanwhile is due now."""
    _set_frozen(book, owner, frozen=False)


def _set_frozen(book: Book, owner: bytes, *, frozen: bool) -> None:
    for lot in book.pending.values():
        if lot.owner == owner and lot.waiting and lot.frozen != frozen:
            lot.frozen = frozen
            book.note_term(lot)


def arrive(book: Book, lot: PendingLot, *, day: date, last_day: date | None) -> None:
    """What a frozen lot waited for has happened on that day: it becomes active with the release."""
    lot.activates_on, lot.waits_for, lot.cancels_after, lot.last_day = day, "", None, last_day
    book.note_term(lot)


def revoke_frozen(
    book: Book,
    owner: bytes,
    point_type: int,
    due: int,
    *,
    grant: bytes,
    policy: ClawbackPolicy,
    cause: Cause,
    today: date,
) -> tuple[list[Entry], int]:
    """As Book.revoke, of an owner who is blocked: points that only the block holds back count as active.

    In one entry for what waits, and one for what is active.
    """
    waiting = book.pending_of(owner, point_type)
    ripe = {lot.id: lot for lot in waiting if lot.is_ripe(today)}
    unripe = next((lot for lot in waiting if lot.id == grant and lot.id not in ripe), None)
    own = ripe.get(grant) or book.lot(owner, point_type, grant)
    held_back = sum(lot.waiting for lot in ripe.values())
    total = max(book.balance(owner, point_type).available + held_back, 0)
    own_left = min(_left(own), total)
    plan = policy.plan(due, pending=unripe.waiting if unripe else 0, own=own_left, others=total - own_left)
    pays: list[tuple[OpenLot | PendingLot, int]] = []
    if unripe and plan.pending:
        pays.append((unripe, plan.pending))
    if own and plan.own:
        pays.append((own, plan.own))
    left = plan.others
    lots: list[OpenLot | PendingLot] = [*book.open_lots(owner, point_type), *ripe.values()]
    others = [lot for lot in lots if lot is not own or not plan.own]
    for lot in sorted(others, key=spend_order):
        part = min(left, _left(lot))
        if part:
            pays.append((lot, part))
            left -= part
    return _post(book, owner, point_type, pays, plan.deficit, cause=cause)


def _post(
    book: Book,
    owner: bytes,
    point_type: int,
    pays: list[tuple[OpenLot | PendingLot, int]],
    deficit: int,
    *,
    cause: Cause,
) -> tuple[list[Entry], int]:
    posted = []
    cancelled = [(lot, part) for lot, part in pays if isinstance(lot, PendingLot)]
    amount = sum(part for _, part in cancelled)
    if amount:
        balance = book.balance(owner, point_type)
        balance.pending -= amount
        entry = book.post(owner, point_type, balance, amount, 0, Account.pending, Account.reversed, cause)
        for pending, part in cancelled:
            book.allocations.append(Allocation(entry.id, pending.id, part))
            book.note_waiting(pending, pending.waiting - part)
        posted.append(entry)
    active = [(lot, part) for lot, part in pays if isinstance(lot, OpenLot)]
    taken = sum(part for _, part in active) + deficit
    if taken:
        lots = [lot for lot, _ in active]
        posted.append(book.take(owner, point_type, taken, lots, Account.reversed, cause))
    return posted, amount + taken


def _left(lot: OpenLot | PendingLot | None) -> int:
    if lot is None:
        return 0
    return lot.waiting if isinstance(lot, PendingLot) else lot.remaining
