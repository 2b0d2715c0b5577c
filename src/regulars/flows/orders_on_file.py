"""Orders as returns find them: what they granted, what came back already, and the member as the rules saw it then."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import psycopg

from regulars.domain.earning.contracts import MemberState, Occurrence
from regulars.domain.earning.evaluate import BROKEN
from regulars.domain.earning.kept_state import state_again
from regulars.domain.events.contracts import Event, ReturnedOrder, StoredEvent
from regulars.domain.events.intake import check_event, claim_key
from regulars.domain.events.queries import claimed, events_by_id, returns_of
from regulars.domain.events.returned import OrderLeft, order_left, take_back
from regulars.domain.ledger.queries import revoked_of
from regulars.domain.programmes.queries import Shelf
from regulars.domain.programmes.rulebook import CompiledRulebook
from regulars.flows.follow_merges import where_lots_are

_decoder = msgspec.json.Decoder(Event)


@dataclass(frozen=True, slots=True)
class Granted:
    """What one rule gave for the order. lot: the id of its lot."""

    point_type: str
    rule: str
    points: int
    lot: bytes


@dataclass(slots=True, kw_only=True)
class EventOnFile:
    """An accepted event. occurrence: as the rules see the whole of it, before points that paid for it are taken off.

    state: the member just before it. revoked: (point type id, rule) -> points that returns took back so far. lost:
    lot -> points that expired or were cancelled. lots: lot -> the one that has its points, if a merge moved them.
    broken: rules that gave and counted nothing because they could not be worked out then.
    """

    event: StoredEvent
    rulebook: CompiledRulebook
    occurrence: Occurrence
    state: str
    granted: list[Granted]
    revoked: dict[tuple[int, str], int] = field(default_factory=dict)
    lost: dict[bytes, int] = field(default_factory=dict)
    lots: dict[bytes, bytes] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()

    def member_state(self, enrolled_at: datetime) -> MemberState:
        """The member as the rules saw it when the event was priced."""
        return state_again(self.state, enrolled_at=enrolled_at)


@dataclass(slots=True, kw_only=True)
class OrderOnFile(EventOnFile):
    """An accepted order. payment: the entry by which points paid for it; hold: what it settled, where a hold did.

    earlier: the returns before this one.
    """

    left: OrderLeft
    payment: bytes | None
    hold: UUID | None
    earlier: list[bytes] = field(default_factory=list)


def orders_on_file(
    conn: psycopg.Connection[Any], rules: Shelf, wanted: Sequence[tuple[str, ReturnedOrder]]
) -> dict[bytes, OrderOnFile]:
    """The orders that returns name, by the orders' claims; those that are not known are left out.

    wanted: (source of the return, what it returns). The members must be locked, so that no return is overlooked.
    """
    keys = [order_claim(source, returned) for source, returned in wanted]
    taken = claimed(conn, organisation_id=rules.programme.organisation_id, keys=list(dict.fromkeys(keys)))
    ids = {key: UUID(bytes=event_id) for key, (event_id, _digest) in taken.items()}
    if not ids:
        return {}
    events = events_by_id(conn, event_ids=list(ids.values()))
    returns = returns_of(conn, order_ids=list(ids.values()))
    revoked = revoked_of(conn, grant_causes=[each.bytes for each in ids.values()])
    found = {key: _on_file(rules, events[event_id]) for key, event_id in ids.items() if event_id in events}
    lots, lost = where_lots_are(conn, [each.lot for order in found.values() for each in order.granted])
    for order in found.values():
        order.revoked = revoked.get(order.event.id.bytes, {})
        order.lost, order.lots = lost, lots
        for earlier in returns.get(order.event.id, []):
            order.earlier.append(earlier.id.bytes)
            body = _decoder.decode(earlier.body)
            if body.return_ is not None:
                take_back(order.left, body.return_)
    return found


def order_claim(source: str, returned: ReturnedOrder) -> bytes:
    """The claim of the order that a return names."""
    return claim_key("order", returned.source or source, returned.order_number)


def event_on_file(conn: psycopg.Connection[Any], rules: Shelf, stored: StoredEvent) -> EventOnFile:
    """An event that gave points, whatever it was, with what became of them."""
    found = _read(rules, stored)
    found.revoked = revoked_of(conn, grant_causes=[stored.id.bytes]).get(stored.id.bytes, {})
    found.lots, found.lost = where_lots_are(conn, [each.lot for each in found.granted])
    return found


def _on_file(rules: Shelf, stored: StoredEvent) -> OrderOnFile:
    read = _read(rules, stored)
    order = _decoder.decode(stored.body).order
    if order is None:
        raise RuntimeError(f"event {stored.id} claims an order number and has no order")
    paid = [UUID(each["transfer"]).bytes for each in _effects(stored) if each["type"] == "pay_with_points"]
    return OrderOnFile(
        event=stored,
        rulebook=read.rulebook,
        occurrence=read.occurrence,
        state=read.state,
        granted=read.granted,
        broken=read.broken,
        left=order_left(order),
        payment=paid[0] if paid else None,
        hold=None if order.points_used is None else order.points_used.hold,
    )


def _read(rules: Shelf, stored: StoredEvent) -> EventOnFile:
    programme = rules.programme
    checked = check_event(
        _decoder.decode(stored.body),
        currency=programme.currency,
        time_zone=programme.time_zone,
        now=stored.received_at,
    )
    granted = [
        Granted(each["point_type"], each["rule"], each["points"], UUID(each["transfer"]).bytes)
        for each in _effects(stored)
        if each["type"] == "earn_points"
    ]
    return EventOnFile(
        event=stored,
        rulebook=rules.by_id[stored.rulebook_id],
        occurrence=checked.occurrence,
        state=stored.state or json.dumps(_state_before(json.loads(stored.answer))),
        granted=granted,
        broken=broken_rules(stored.answer),
    )


def broken_rules(answer: str) -> frozenset[str]:
    """The rules that could not be worked out when the event was priced, by its answer."""
    if f'"failed":"{BROKEN}"' not in answer:
        return frozenset()
    return frozenset(each["rule"] for each in json.loads(answer)["rules"] if each.get("failed") == BROKEN)


def _effects(stored: StoredEvent) -> list[dict[str, Any]]:
    return list(json.loads(stored.answer)["effects"])


def _state_before(answer: dict[str, Any]) -> dict[str, Any]:
    """The member before an order of an older version, which did not keep it: tiers, and orders as rules saw them."""
    tiers = dict(answer["tiers"])
    for effect in reversed(answer["effects"]):
        if effect["type"] == "change_tier":
            tiers[effect["ladder"]] = effect["from_tier"]
    orders = [int(rule["inputs"]["orders"]) for rule in answer["rules"] if "orders" in rule.get("inputs", {})]
    return {"tiers": tiers, "orders": orders[0] if orders else 1}
