"""An event for which pending points waited: they become active, or the answer says why not.

Either may come first: an order whose event is here already finds it, and its points are active as of the event's day.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
import psycopg

from regulars.domain.events.contracts import ActivatedOut, NothingOut, Shown
from regulars.domain.events.intake import Checked, claim_key
from regulars.domain.events.queries import claimed, events_of_types
from regulars.domain.ledger.book import Cause
from regulars.domain.ledger.contracts import CauseKind, PendingLot
from regulars.domain.ledger.frozen import arrive
from regulars.domain.ledger.queries import cancelled_since
from regulars.flows.desk import Desk
from regulars.flows.member_file import MemberFile
from regulars.flows.settle_day import last_day_of
from regulars.kernel.clock import local_day
from regulars.kernel.ids import id_text

ORDER_NUMBER = "order_number"
"""In `data` of the event: which order it is about. Without it, it is about all that waits for such an event."""


class _Body(msgspec.Struct):
    """What of an event says which order it is about."""

    data: dict[str, Any] = {}


_read_data = msgspec.json.Decoder(_Body).decode


def activate_waiting(conn: psycopg.Connection[Any], desk: Desk, file: MemberFile, event: Checked) -> list[Shown]:
    """What the event made active. Points whose event had to come by an earlier day stay as they are."""
    occurrence, codes = event.occurrence, {number: code for code, number in desk.rules.point_types.items()}
    order = _order_of(conn, desk, event)
    day = occurrence.local.date()
    shown: list[Shown] = []
    for number, code in codes.items():
        for lot in desk.book.pending_of(file.id, number):
            if _is_meant(lot, event, order) and _is_in_time(lot, day):
                shown.append(_activate(desk, lot, code, day=day, at=occurrence.occurred_at, event_type=occurrence.type))
    return shown or [_nothing(conn, file, event, order)]


def activate_by_earlier(
    conn: psycopg.Connection[Any], desk: Desk, file: MemberFile, event: Checked, event_id: bytes
) -> list[Shown]:
    """What of an order's points is active at once, because the event that they wait for came before the order."""
    granted = [
        (lot, code)
        for code, number in desk.rules.point_types.items()
        for lot in desk.book.pending_of(file.id, number)
        if lot.cause == event_id and lot.waits_for
    ]
    if not granted:
        return []
    earlier = _earlier(conn, desk, file, event, types={lot.waits_for for lot, _ in granted})
    shown: list[Shown] = []
    for lot, code in granted:
        for event_type, at in earlier:
            day = local_day(at, desk.rules.programme.time_zone)
            if event_type == lot.waits_for and _is_in_time(lot, day):
                shown.append(_activate(desk, lot, code, day=day, at=at, event_type=event_type))
                break
    return shown


def _earlier(
    conn: psycopg.Connection[Any], desk: Desk, file: MemberFile, event: Checked, *, types: set[str]
) -> list[tuple[str, datetime]]:
    """(type, when) of the member's events that are about this order, in the order in which they happened."""
    found = [
        (each.type, each.source, each.occurred_at, each.body.encode())
        for each in events_of_types(conn, member_ids=[UUID(bytes=part) for part in file.parts], types=sorted(types))
    ]
    # Those of the same batch are not written yet.
    found += [
        (each.type.decode(), each.source.decode(), each.occurred_at, each.body)
        for each in desk.events
        if each.member_id == file.id and each.type.decode() in types
    ]
    order = event.event.order
    assert order is not None, "only orders are asked for what came before them"
    about = []
    for event_type, source, at, body in found:
        number = _read_data(body).data.get(ORDER_NUMBER)
        named = source == event.event.source and number is not None and str(number) == order.number
        if named or (number is None and at >= event.occurrence.occurred_at):
            about.append((event_type, at))
    return sorted(about, key=lambda each: each[1])


def _activate(desk: Desk, lot: PendingLot, code: str, *, day: date, at: datetime, event_type: str) -> Shown:
    last_day = last_day_of(lot, active_from=day)
    if lot.frozen:
        arrive(desk.book, lot, day=day, last_day=last_day)
        return NothingOut("nothing", "member_blocked", _frozen(lot))
    entry = desk.book.activate(lot, cause=Cause(CauseKind.activation, lot.id, at, event_type), last_day=last_day)
    until = None if last_day is None else last_day.isoformat()
    return ActivatedOut("activate_points", code, entry.amount, id_text(entry.id), until)


def _is_in_time(lot: PendingLot, day: date) -> bool:
    return lot.cancels_after is None or day <= lot.cancels_after


def _frozen(lot: PendingLot) -> str:
    return f"{lot.waiting:,} points wait on: the member is blocked, and can spend them after the release."


def _is_meant(lot: PendingLot, event: Checked, order: bytes | None) -> bool:
    if lot.waits_for != event.occurrence.type:
        return False
    if ORDER_NUMBER in event.event.data:
        return lot.cause == order
    # What is about all that waits is not about what was earned after it.
    return lot.earned_at <= event.occurrence.occurred_at


def _order_of(conn: psycopg.Connection[Any], desk: Desk, event: Checked) -> bytes | None:
    """The order that the event names, as the id of the order's event; None: it names none that is known."""
    number = event.event.data.get(ORDER_NUMBER)
    if number is None:
        return None
    key = claim_key("order", event.event.source, str(number))
    for each in desk.claims:  # of the same batch, and not written yet
        if each.key == key:
            return each.event_id
    found = claimed(conn, organisation_id=desk.rules.programme.organisation_id, keys=[key]).get(key)
    return None if found is None else found[0]


def _nothing(conn: psycopg.Connection[Any], file: MemberFile, event: Checked, order: bytes | None) -> NothingOut:
    number = event.event.data.get(ORDER_NUMBER)
    if number is not None and order is None:
        detail = f"No order {number!r} of {event.event.source!r} is known yet; its points become active when it comes."
        return NothingOut("nothing", "order_unknown", detail)
    cancelled = cancelled_since(conn, owner=UUID(bytes=file.id), waits_for=event.occurrence.type, cause=order)
    if cancelled is not None:
        return NothingOut(
            "nothing",
            "came_too_late",
            f"It had to come by {cancelled:%-d %b %Y}; the points were cancelled after that.",
        )
    return NothingOut("nothing", "nothing_waits", "No points of this member wait for it.")
