"""A return arrives: it is applied to its order, or waits for it; and it is applied when the order comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import psycopg

from regulars.domain.events.commands import stop_awaiting
from regulars.domain.events.contracts import AwaitingReturn, Event, NothingOut
from regulars.domain.events.intake import Checked, check_event
from regulars.domain.events.queries import all_awaiting, awaiting_returns, claimed, events_by_id
from regulars.domain.members.queries import existing
from regulars.domain.programmes.queries import Shelf, shelf
from regulars.domain.programmes.rulebook import CompiledRulebook
from regulars.flows.apply_effects import answer_of, put_on_file
from regulars.flows.desk import Desk, open_desk
from regulars.flows.follow_merges import whoever_is_meant
from regulars.flows.member_file import MemberFile
from regulars.flows.orders_on_file import order_claim
from regulars.flows.return_order import return_order
from regulars.kernel.errors import Refusal
from regulars.kernel.ids import new_id_bytes

_decoder = msgspec.json.Decoder(Event)


def accept_return(
    conn: psycopg.Connection[Any],
    desk: Desk,
    file: MemberFile,
    event: Checked,
    rulebook: CompiledRulebook,
    *,
    awaited: set[bytes],
) -> bytes:
    """Applies the return at the open desk and files it; the answer as bytes. A return of an unknown order waits.

    awaited: claims of orders for which returns wait already; it is added to. Raises Refusal before anything changes.
    """
    returned = event.event.return_
    assert returned is not None, "intake lets no return pass without its order"
    event_id = new_id_bytes(file.id[15])
    key = order_claim(event.event.source, returned)
    order = desk.orders.get(key)
    claims = [event.event_key]
    if order is None:
        desk.awaiting.append(AwaitingReturn(key, event_id, file.id))
        if event.awaited_key is not None and event.awaited_key not in awaited:
            claims.append(event.awaited_key)
            awaited.add(event.awaited_key)
        detail = f"Order {returned.order_number!r} is not known yet; the return is applied when it comes."
        answer = answer_of(
            event, file, event_id, rulebook, [NothingOut("nothing", "order_awaited", detail)], [], status="waiting"
        )
    else:
        undone = return_order(desk, file, event, order, event_id=event_id)
        answer = answer_of(
            event, file, event_id, order.rulebook, undone.shown, undone.verdicts, returned=undone.returned
        )
    file.history.events += 1
    return put_on_file(desk, file, event, answer, rulebook, event_id=event_id, amount_minor=0, claims=claims)


def apply_waiting_returns(
    conn: psycopg.Connection[Any], rules: Shelf, *, order_keys: Sequence[bytes], now: datetime
) -> int:
    """Applies the returns that wait for these orders, the oldest first, in the caller's transaction; how many.

    A return that the order does not allow is refused for good, and its reason is kept.
    """
    waiting = awaiting_returns(conn, programme_id=rules.programme.id, order_keys=order_keys)
    events = events_by_id(conn, event_ids=[UUID(bytes=each.return_id) for each in waiting])
    programme = rules.programme
    for each in waiting:
        stored = events[UUID(bytes=each.return_id)]
        event = check_event(
            _decoder.decode(stored.body),
            currency=programme.currency,
            time_zone=programme.time_zone,
            now=stored.received_at,
        )
        refusal = _apply_waiting(conn, rules, each, event, now=now)
        stop_awaiting(conn, each.return_id, refusal=refusal, now=now)
    return len(waiting)


def _apply_waiting(
    conn: psycopg.Connection[Any], rules: Shelf, waiting: AwaitingReturn, event: Checked, *, now: datetime
) -> str:
    member_id = waiting.member_id
    known = existing(conn, programme_id=rules.programme.id, ids=[member_id])
    member_id = whoever_is_meant(conn, known)[member_id]
    desk = open_desk(conn, rules, [member_id], [event], now=now)
    file = desk.files[member_id]
    desk.enter(file, rules.in_force(event.occurrence.occurred_at), event.occurrence)
    try:
        return_order(desk, file, event, desk.orders[waiting.order_key], event_id=waiting.return_id)
    except Refusal as refusal:
        return refusal.detail
    desk.conclude(conn, now=now)
    return ""


def sweep_waiting_returns(conn: psycopg.Connection[Any], *, programme_id: int, now: datetime) -> int:
    """Applies returns whose order arrived at the same moment, so that neither saw the other; how many."""
    rules = shelf(conn, programme_id=programme_id)
    with conn.transaction():
        keys = list(dict.fromkeys(all_awaiting(conn, programme_id=programme_id)))
        if not keys:
            return 0
        known = claimed(conn, organisation_id=rules.programme.organisation_id, keys=keys)
        return apply_waiting_returns(conn, rules, order_keys=list(known), now=now) if known else 0
