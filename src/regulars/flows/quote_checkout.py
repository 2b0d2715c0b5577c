"""What a cart would cost and give at the check-out: its codes first, and what is then paid earns. Writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import psycopg

from regulars.domain.events.contracts import Event
from regulars.domain.programmes.queries import programme
from regulars.domain.programmes.rulebook import Rulebook
from regulars.domain.vouchers.contracts import Basket, Checked, Line
from regulars.flows.find_members import find_named
from regulars.flows.quote_event import Quote, quote_event
from regulars.flows.vouchers.asking import CodesAsked
from regulars.flows.vouchers.check_codes import check_codes
from regulars.kernel.errors import Refusal
from regulars.kernel.money import from_minor, to_minor


class CheckOut(NamedTuple):
    """checked: what the codes give; quote: what the order gives that is left to pay."""

    checked: Checked
    quote: Quote


def quote_checkout(
    conn: psycopg.Connection[Any],
    event: Event,
    codes: Sequence[str],
    *,
    programme_id: int,
    now: datetime,
    draft: Rulebook | None = None,
    joins: bool = False,
) -> CheckOut:
    """The order of the event with these codes. joins: as for quote_event. Raises Refusal, as the real ones would."""
    currency = programme(conn, programme_id=programme_id).currency
    with conn.transaction(force_rollback=True):
        member_id = None
        if not joins:
            (found,) = find_named(conn, [event.member], programme_id=programme_id)
            if isinstance(found, Refusal):
                raise found
            member_id = UUID(bytes=found)
        asked = CodesAsked(tuple(codes), _basket(event, currency), member_id)
        checked = check_codes(conn, asked, programme_id=programme_id, now=now)
        paid = _paid(event, checked, currency)
        quote = quote_event(conn, paid, programme_id=programme_id, now=now, draft=draft, joins=joins)
        return CheckOut(checked, quote)


def _basket(event: Event, currency: str) -> Basket:
    order = event.order
    if order is None:
        raise Refusal(
            "codes_without_order",
            "Codes are for orders",
            detail=f"An event of the type {event.type!r} has nothing to pay.",
            remedy="Send the order, or leave the codes out.",
            field="vouchers",
        )
    lines = [
        Line(to_minor(each.amount, currency, field=f"order.lines[{n}].amount"), each.sku, each.category, each.brand)
        for n, each in enumerate(order.lines)
    ]
    if not lines:
        lines = [Line(to_minor(order.total, currency, field="order.total"))]
    return Basket(tuple(lines), 0, order.channel or event.channel, order.store or event.store)


def _paid(event: Event, checked: Checked, currency: str) -> Event:
    """The same order at what is left to pay."""
    order = event.order
    if order is None or not checked.amount:
        return event
    lines = [
        msgspec.structs.replace(line, amount=from_minor(left, currency))
        for line, left in zip(order.lines, checked.lines, strict=False)
    ]
    total = order.total - from_minor(checked.amount, currency)
    return msgspec.structs.replace(event, order=msgspec.structs.replace(order, lines=lines, total=total))
