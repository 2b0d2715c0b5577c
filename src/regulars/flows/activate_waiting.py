"""An event for which pending points waited: they become active, or the answer says why not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg

from regulars.domain.events.contracts import ActivatedOut, NothingOut, Shown
from regulars.domain.events.intake import Checked, claim_key
from regulars.domain.events.queries import claimed
from regulars.domain.ledger.book import Cause
from regulars.domain.ledger.contracts import CauseKind, PendingLot
from regulars.domain.ledger.frozen import arrive
from regulars.domain.ledger.queries import cancelled_since
from regulars.flows.desk import Desk, MemberFile
from regulars.flows.settle_day import last_day_of
from regulars.kernel.ids import id_text

ORDER_NUMBER = "order_number"
"""In `data` of the event: which order it is about. Without it, it is about all that waits for such an event."""


def activate_waiting(conn: psycopg.Connection[Any], desk: Desk, file: MemberFile, event: Checked) -> list[Shown]:
    """What the event made active. Points whose event had to come by an earlier day stay as they are."""
    occurrence, codes = event.occurrence, {number: code for code, number in desk.rules.point_types.items()}
    order = _order_of(conn, desk, event)
    day = occurrence.local.date()
    shown: list[Shown] = []
    for number, code in codes.items():
        for lot in desk.book.pending_of(file.id, number):
            if not _is_meant(lot, event, order) or (lot.cancels_after is not None and lot.cancels_after < day):
                continue
            last_day = last_day_of(lot, active_from=day)
            if lot.frozen:
                arrive(desk.book, lot, day=day, last_day=last_day)
                shown.append(NothingOut("nothing", "member_blocked", _frozen(lot)))
                continue
            cause = Cause(CauseKind.activation, lot.id, occurrence.occurred_at, occurrence.type)
            entry = desk.book.activate(lot, cause=cause, last_day=last_day)
            until = None if last_day is None else last_day.isoformat()
            shown.append(ActivatedOut("activate_points", code, entry.amount, id_text(entry.id), until))
    return shown or [_nothing(conn, file, event, order)]


def _frozen(lot: PendingLot) -> str:
    return f"{lot.waiting:,} points wait on: the member is blocked, and can spend them after the release."


def _is_meant(lot: PendingLot, event: Checked, order: bytes | None) -> bool:
    if lot.waits_for != event.occurrence.type:
        return False
    return ORDER_NUMBER not in event.event.data or lot.cause == order


def _order_of(conn: psycopg.Connection[Any], desk: Desk, event: Checked) -> bytes | None:
    """The order that the event names, as the id of the order's event; None: it names none that is known."""
    number = event.event.data.get(ORDER_NUMBER)
    if number is None:
        return None
    key = claim_key("order", event.event.source, str(number))
    found = claimed(conn, organisation_id=desk.rules.programme.organisation_id, keys=[key]).get(key)
    return None if found is None else found[0]


def _nothing(conn: psycopg.Connection[Any], file: MemberFile, event: Checked, order: bytes | None) -> NothingOut:
    number = event.event.data.get(ORDER_NUMBER)
    if number is not None and order is None:
        return NothingOut("nothing", "order_unknown", f"No order {number!r} of {event.event.source!r} is known.")
    cancelled = cancelled_since(conn, owner=UUID(bytes=file.id), waits_for=event.occurrence.type, cause=order)
    if cancelled is not None:
        return NothingOut(
            "nothing",
            "came_too_late",
            f"It had to come by {cancelled:%-d %b %Y}; the points were cancelled after that.",
        )
    return NothingOut("nothing", "nothing_waits", "No points of this member wait for it.")
