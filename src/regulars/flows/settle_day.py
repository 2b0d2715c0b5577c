"""What is due for one owner, in an open book: pending points that became active or were cancelled, points that expired.

Whatever spends points calls it first, so nobody has to wait for the nightly work.
"""

from __future__ import annotations

import json
from datetime import date, timedelta

from regulars.domain.ledger.book import Book, Cause
from regulars.domain.ledger.contracts import CauseKind, Entry, OpenLot, PendingLot
from regulars.domain.ledger.expiry_policy import expiry_policy
from regulars.kernel.clock import start_of_day

_ONE_DAY = timedelta(days=1)


def settle_day(book: Book, owner: bytes, point_type: int, *, today: date, time_zone: str) -> None:
    """Activates, cancels and expires what is due on the local day `today`. Doing it again changes nothing."""
    activate_in_book(book, owner, point_type, today=today, time_zone=time_zone)
    expire_in_book(book, owner, point_type, today=today, time_zone=time_zone)


def activate_in_book(book: Book, owner: bytes, point_type: int, *, today: date, time_zone: str) -> list[Entry]:
    """Pending points whose day has come become active; those whose event did not come in time are cancelled.

    Points of a blocked member are frozen and wait for the release.
    """
    posted = []
    for lot in book.pending_of(owner, point_type):
        if lot.activates_on is not None and lot.activates_on <= today and not lot.frozen:
            at = start_of_day(lot.activates_on, time_zone)
            posted.append(
                book.activate(lot, cause=Cause(CauseKind.activation, lot.id, at, "activated"), last_day=lot.last_day)
            )
        elif lot.cancels_after is not None and lot.cancels_after < today:
            at = start_of_day(lot.cancels_after + _ONE_DAY, time_zone)
            cause = Cause(CauseKind.cancellation, lot.id, at, "not_in_time")
            posted.append(book.cancel(lot, lot.waiting, cause=cause))
    return posted


def expire_in_book(book: Book, owner: bytes, point_type: int, *, today: date, time_zone: str) -> int:
    """Expires an owner's due lots; how many points."""

    def cause(lot: OpenLot) -> Cause:
        gone_at = start_of_day((lot.last_day or today) + _ONE_DAY, time_zone)
        return Cause(CauseKind.expiry, book.new_id(owner[15]), gone_at, "expired")

    return sum(entry.amount for entry in book.expire(owner, point_type, today=today, cause_of=cause))


def last_day_of(lot: PendingLot, *, active_from: date) -> date | None:
    """The last day of points that an event makes active: the clock of expiry starts now."""
    return expiry_policy(json.loads(lot.expiry)).last_day(active_from) if lot.expiry else lot.last_day
