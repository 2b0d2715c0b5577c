"""What must be true of an event before anything is looked up: pure checks, canonical form, keys."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from decimal import Decimal

import msgspec

from regulars.domain.earning.contracts import Line, Occurrence
from regulars.domain.events.contracts import (
    MOST_LINES,
    MOST_PIECES,
    MOST_POINTS,
    ORDER,
    RETURN,
    Event,
    Order,
    PointsUsed,
    ReturnedOrder,
)
from regulars.kernel.clock import as_instant, within_reach, zone
from regulars.kernel.errors import Refusal
from regulars.kernel.money import decimals_of, from_minor, to_minor

_encoder = msgspec.json.Encoder(order="deterministic", decimal_format="string")
_TYPE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
_NUL = rb"\u0000"
_TEXTS = (("id", 200), ("source", 60), ("type", 60), ("channel", 60), ("store", 60))


class Checked:
    """An event that may be evaluated: its canonical bytes, its facts for the rules, its keys.

    event_key, order_key: what it claims (order_key: None for other events). digest: of the content.
    awaited_key: claimed by a return that came before the order; of an order, and of a return.
    """

    __slots__ = ("awaited_key", "body", "digest", "event", "event_key", "occurrence", "order_key")

    def __init__(self, event: Event, occurrence: Occurrence) -> None:
        self.event = event
        self.occurrence = occurrence
        self.body = _encoder.encode(event)
        self.digest = hashlib.blake2b(self.body, digest_size=16).digest()
        self.event_key = claim_key("event", event.source, event.id)
        self.order_key: bytes | None = None
        self.awaited_key: bytes | None = None
        if event.order is not None:
            self.order_key = claim_key("order", event.source, event.order.number)
            self.awaited_key = claim_key("awaited", event.source, event.order.number)
        elif event.return_ is not None:
            self.awaited_key = claim_key("awaited", event.return_.source or event.source, event.return_.order_number)


def checked_again(event: Event, occurrence: Occurrence) -> Checked:
    """An event that was accepted before, for being worked once more: without body and claims, which are on file."""
    checked = Checked.__new__(Checked)
    checked.event, checked.occurrence = event, occurrence
    checked.order_key = checked.awaited_key = None
    return checked


def claim_key(kind: str, source: str, value: str) -> bytes:
    """Sixteen bytes that stand for 'this id of this source'; the first is the claim's bucket."""
    return hashlib.blake2b("\0".join((kind, source, value)).encode(), digest_size=16).digest()


def check_event(event: Event, *, currency: str, time_zone: str, now: datetime) -> Checked:
    """The event with everything that can be told from itself checked. Raises Refusal with the field's path."""
    _check_texts(event)
    occurred_at = within_reach(as_instant(event.occurred_at), now=now)
    local = occurred_at.astimezone(zone(time_zone))
    places = decimals_of(currency)
    if event.type == ORDER:
        if event.order is None:
            raise _missing("order", "An event of type order says what was bought.", "Add the field order.")
        amount, lines = _check_order(event.order, currency=currency)
        channel, store = event.order.channel or event.channel, event.order.store or event.store
    else:
        if event.order is not None:
            raise _out_of_place("order", event.type, ORDER)
        if event.type == RETURN:
            if event.return_ is None:
                raise _missing("return", "A return says which order comes back.", "Add return.order_number.")
            _check_return(event.return_)
        amount, lines, channel, store = 0, [], event.channel, event.store
    if event.return_ is not None and event.type != RETURN:
        raise _out_of_place("return", event.type, RETURN)
    occurrence = Occurrence(
        event.type, occurred_at, local, currency, places, amount, lines, channel, store, event.data,
        f"{event.source}/{event.id}",
    )  # fmt: skip
    checked = Checked(event, occurrence)
    # One look at the whole: it costs less than a look at every text of every line.
    if _NUL in checked.body:
        _check_small_texts(event)
    return checked


def _check_texts(event: Event) -> None:
    for name, longest in _TEXTS:
        _check_text(getattr(event, name), name, longest)
    if not event.id:
        raise _missing("id", "The event has no id.", "Send the id that your own system gave it.")
    if not _TYPE.fullmatch(event.type):
        raise Refusal(
            "bad_event_type",
            "This is not an event type",
            detail=f"{event.type!r} has other characters than small letters, digits, dots and underscores.",
            remedy="Use order, return, or a name of your own such as review.written.",
            field="type",
        )
    given = [name for name in event.member.__struct_fields__ if getattr(event.member, name) is not None]
    if len(given) != 1:
        raise Refusal(
            "member_not_named",
            "The event does not name one member",
            detail=f"It gives {len(given)} of id, external_id, email, phone and card{': ' if given else ''}"
            f"{', '.join(given)}.",
            remedy="Give exactly one of them.",
            field="member",
        )

    reference = getattr(event.member, given[0])
    if isinstance(reference, str):
        _check_text(reference, f"member.{given[0]}", 254)


def _check_text(text: str, field: str, longest: int) -> None:
    if len(text) > longest:
        raise Refusal(
            "text_too_long",
            "The text is too long",
            detail=f"{field} has {len(text)} characters; it holds up to {longest}.",
            remedy="Shorten it.",
            field=field,
        )
    if "\0" in text:
        raise Refusal(
            "bad_text",
            "The text cannot be stored",
            detail=f"{field} contains a NUL character, which no text needs.",
            remedy="Remove it.",
            field=field,
        )


def _check_small_texts(event: Event) -> None:
    """Texts of lines and data: as long as the sender likes, but without NUL, which PostgreSQL's JSON cannot read."""
    for number, line in enumerate(event.order.lines if event.order is not None else ()):
        for name in ("sku", "name", "category", "brand"):
            text = getattr(line, name)
            _check_text(text, f"order.lines[{number}].{name}", len(text))
    for name, value in event.data.items():
        _check_text(name, "data", len(name))
        if isinstance(value, str):
            _check_text(value, f"data.{name}", len(value))


def _check_order(order: Order, *, currency: str) -> tuple[int, list[Line]]:
    _check_text(order.number, "order.number", 200)
    _check_text(order.channel, "order.channel", 60)
    _check_text(order.store, "order.store", 60)
    if not order.number:
        raise _missing("order.number", "The order has no number.", "Send the number that is on the receipt.")
    if order.currency != currency:
        decimals_of(order.currency)
        raise Refusal(
            "currency_mismatch",
            "The order is in another currency",
            detail=f"The order is in {order.currency}, and this programme counts {currency}.",
            remedy=f"Convert the amounts to {currency} at the day's rate before you send them.",
            field="order.currency",
        )
    amount = _not_negative(to_minor(order.total, currency, field="order.total"), "order.total", str(order.total))
    if len(order.lines) > MOST_LINES:
        raise _too_many_lines(len(order.lines), "order.lines")
    if order.points_used is not None:
        _check_points_used(order.points_used, amount=amount, currency=currency)
    lines = []
    for number, line in enumerate(order.lines):
        try:
            minor = to_minor(line.amount, currency)
            if minor < 0:
                raise _negative("amount", str(line.amount))
            _check_quantity(line.quantity)
        except Refusal as refusal:
            refusal.field = f"order.lines[{number}].{refusal.field}"
            raise
        lines.append(Line(line.sku, line.name, line.category, line.brand, line.quantity, minor))
    return amount, lines


def _check_points_used(used: PointsUsed, *, amount: int, currency: str) -> None:
    if not 0 < used.points <= MOST_POINTS:
        raise Refusal(
            "bad_points_used",
            "The number of points is out of range",
            detail=f"{used.points:,} points were sent as payment; an order takes from 1 to {MOST_POINTS:,}.",
            remedy="Send the points that the member pays with, or leave points_used out.",
            field="order.points_used.points",
        )
    paid = _not_negative(
        to_minor(used.amount, currency, field="order.points_used.amount"), "order.points_used.amount", str(used.amount)
    )
    if paid > amount:
        raise Refusal(
            "points_pay_too_much",
            "The points pay more than the order costs",
            detail=f"{used.amount} were paid with points, of an order of {from_minor(amount, currency)}.",
            remedy="Send the part of order.total that the points paid for.",
            field="order.points_used.amount",
        )


def _check_return(returned: ReturnedOrder) -> None:
    _check_text(returned.order_number, "return.order_number", 200)
    _check_text(returned.source or "", "return.source", 60)
    if not returned.order_number:
        raise _missing("return.order_number", "The return names no order.", "Send the number of the order.")
    if len(returned.lines) > MOST_LINES:
        raise _too_many_lines(len(returned.lines), "return.lines")
    for number, line in enumerate(returned.lines):
        field = f"return.lines[{number}]"
        if (line.line is None) == (line.sku is None):
            raise _missing(field, "The line is named twice, or not at all.", "Give exactly one of line and sku.")
        if line.quantity is None:
            continue
        try:
            _check_quantity(line.quantity)
        except Refusal as refusal:
            refusal.field = f"{field}.{refusal.field}"
            raise
    amount = returned.amount
    if amount is not None and amount.is_finite() and amount <= 0:
        raise Refusal(
            "bad_return_amount",
            "The amount that goes back is not above zero",
            detail=f"{amount} was sent as the amount of the return.",
            remedy="Send what the member gets back as a positive amount, or leave it out to return the whole order.",
            field="return.amount",
        )


def _too_many_lines(count: int, field: str) -> Refusal:
    return Refusal(
        "too_many_lines",
        "The order has too many lines",
        detail=f"It has {count:,} lines, and an order holds up to {MOST_LINES:,}.",
        remedy="Split it into several orders, or sum up lines of one article.",
        field=field,
    )


def _check_quantity(quantity: Decimal) -> None:
    # A number that is not finite cannot be compared, and a huge one would take minutes to count with.
    if quantity.is_finite() and 0 <= quantity <= MOST_PIECES:
        return
    if quantity.is_finite() and quantity < 0:
        raise _negative("quantity", str(quantity)[:40])
    raise Refusal(
        "bad_quantity",
        "The quantity cannot be counted",
        detail=f"{str(quantity)[:40]!r} was sent as a quantity; a line holds up to {MOST_PIECES:,} pieces.",
        remedy='Send the pieces or the weight as a decimal number in a string, such as "2" or "0.750".',
        field="quantity",
    )


def _not_negative(minor: int, field: str, text: str) -> int:
    if minor < 0:
        raise _negative(field, text)
    return minor


def _negative(field: str, text: str) -> Refusal:
    return Refusal(
        "negative_amount",
        "The amount is below zero",
        detail=f"{field} is {text}; an order does not pay the member.",
        remedy="Send money that goes back to the member as an event of type return.",
        field=field,
    )


def _missing(field: str, why: str, remedy: str) -> Refusal:
    return Refusal("field_missing", "Something is missing", detail=why, remedy=remedy, field=field)


def _out_of_place(field: str, event_type: str, proper: str) -> Refusal:
    return Refusal(
        "field_out_of_place",
        "A field does not belong here",
        detail=f"The event has the type {event_type} and carries {field}, which only events of type {proper} do.",
        remedy=f"Set the type to {proper}, or leave {field} out.",
        field=field,
    )
