"""Rows into orders: one row for each order, or one row for each line of an order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from regulars.domain.events.contracts import ORDER, Event, MemberReference, Order, OrderLine
from regulars.interfaces.commandline.imports.columns import LINE_FIELDS, Match
from regulars.interfaces.commandline.imports.members import problem_of
from regulars.interfaces.commandline.imports.reading import Read, Source
from regulars.interfaces.commandline.imports.rows import Problem, Row, Unreadable
from regulars.interfaces.commandline.imports.values import Habits, as_amount, read_amount, read_instant, read_number
from regulars.kernel.errors import Refusal
from regulars.kernel.money import decimals_of
from regulars.kernel.text import email_form, phone_form

MEMBER_KEYS = ("external_id", "card_number", "email", "phone")
"""How an order may name its member; the first that is filled in counts."""
_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """An order, or a return of one, as an event, and the rows that it came from."""

    rows: tuple[Row, ...]
    event: Event


def require_columns(match: Match, habits: Habits) -> None:
    """Raises Refusal when the columns cannot make an order."""
    missing = [name for name in ("order_number", "occurred_at") if not match.has(name)]
    if not match.has(*MEMBER_KEYS):
        missing.append("external_id (or email, phone, card_number)")
    if not match.has("total", "amount", "unit_price"):
        missing.append("total (or amount, unit_price of the lines)")
    if missing:
        raise Refusal(
            "missing_columns",
            "The file does not say all that an order needs",
            detail=f"No column was recognised as {', '.join(missing)}.",
            remedy=f"Name it: --map 'Your column={missing[0].split()[0]}'.",
            field="map",
        )
    if not match.has("currency") and not habits.currency:
        raise Refusal(
            "missing_currency",
            "The currency is not known",
            detail="The file has no column for it, and none was given.",
            remedy="Add it, for example --currency EUR.",
            field="currency",
        )
    if habits.currency:
        decimals_of(habits.currency)


def find_scattered(source: Source, match: Match) -> frozenset[str]:
    """Numbers of orders whose lines do not follow one another. They are put together before anything is sent."""
    seen: set[str] = set()
    scattered: set[str] = set()
    current = ""
    for number in source.column(match.columns["order_number"]) if match.has(*LINE_FIELDS) else ():
        if number and number != current:
            (scattered if number in seen else seen).add(number)
            current = number
    return frozenset(scattered)


def group_rows(
    read: Read, match: Match, scattered: frozenset[str] = frozenset()
) -> Iterator[tuple[Row, ...] | Problem]:
    """The rows of each order together. One unreadable row spoils its order: half an order is a wrong order."""
    column, by_line = match.columns["order_number"], match.has(*LINE_FIELDS)
    held: dict[str, list[Row | Problem]] = {}
    group: list[Row | Problem] = []
    current: tuple[str, int] | None = None
    for item in read:
        row = _row_of(item)
        number = row.values.get(column, "") if row else ""
        if number in scattered and row and not row.whole:
            held.setdefault(number, []).append(item)
            continue
        # Rows that cannot be told to belong together stand alone.
        key = (number, row.line if row.whole or not number or not by_line else 0) if row else None
        if key is None or key != current:
            yield from _closed(group)
            group = []
        group.append(item)
        current = key
    yield from _closed(group)
    for rows in held.values():
        yield from _closed(rows)


def _row_of(item: Row | Problem) -> Row | None:
    if isinstance(item, Problem):
        return item.rows[0] if item.rows else None
    return item


def _closed(group: Sequence[Row | Problem]) -> Iterator[tuple[Row, ...] | Problem]:
    rows = tuple(row for row in map(_row_of, group) if row)
    fault = next((item for item in group if isinstance(item, Problem)), None)
    if fault:
        yield Problem(fault.line, fault.what, fault.remedy, fault.column, fault.value, rows)
    elif rows:
        yield rows


def read_orders(
    read: Read, match: Match, habits: Habits, scattered: frozenset[str] = frozenset()
) -> Iterator[OrderDraft | Problem]:
    """Every order of the file as an event, or as a problem."""
    for rows in group_rows(read, match, scattered):
        if isinstance(rows, Problem):
            yield rows
            continue
        try:
            yield OrderDraft(rows, read_order(rows, match, habits))
        except (Unreadable, Refusal) as error:
            yield problem_of(error, rows, match)


def read_order(rows: tuple[Row, ...], match: Match, habits: Habits) -> Event:
    """The rows of one order as an event. Raises Unreadable or Refusal for the first thing that is wrong."""
    number = one_of(rows, match, "order_number", needed=True)
    currency = (one_of(rows, match, "currency") or habits.currency).upper()
    decimals_of(currency)
    lines = [line for row in rows if (line := _line(row, match, currency, habits))]
    return Event(
        id=one_of(rows, match, "event_id") or f"order-{number}",
        type=ORDER,
        source=habits.source,
        member=member_of(rows, match, habits),
        # The rows of one receipt may carry the times of their scans: the first one counts.
        occurred_at=_instant(rows[:1], match, habits),
        order=Order(
            number=number,
            currency=currency,
            total=_total(rows, match, currency, lines, habits),
            store=one_of(rows, match, "store"),
            channel=one_of(rows, match, "channel"),
            lines=lines,
        ),
    )


def one_of(rows: Sequence[Row], match: Match, name: str, *, needed: bool = False) -> str:
    """What the rows of an order say about the order: the same in every row that says anything."""
    column = match.columns.get(name)
    first: Row | None = None
    for row in rows if column else ():
        value = row.values.get(column or "")
        if value and first and value != first.values[column or ""]:
            raise Unreadable(
                name,
                value,
                what=f"It says {value!r} here and {first.values[column or '']!r} on line {first.line}, in one order.",
                remedy=f"An order has one {name}: correct the line, or its order number.",
                line=row.line,
            )
        if value and not first:
            first = row
    if first is None and needed:
        raise Unreadable(name, "", what=f"The row has no {name}.", remedy="Fill it in.")
    return first.values[column or ""] if first else ""


def member_of(rows: Sequence[Row], match: Match, habits: Habits) -> MemberReference:
    """Whose these rows are. Raises Unreadable or Refusal."""
    for key in MEMBER_KEYS:
        value = one_of(rows, match, key)
        if value:
            if key == "external_id":
                return MemberReference(external_id=value)
            if key == "card_number":
                return MemberReference(card=value)
            if key == "email":
                return MemberReference(email=email_form(value))
            return MemberReference(phone=phone_form(value, region=habits.region))
    raise Unreadable(
        next((key for key in MEMBER_KEYS if match.has(key)), ""),
        "",
        what="The order does not say whose it is.",
        remedy="Fill in the member, or leave orders without a member out of the file.",
    )


def _instant(rows: Sequence[Row], match: Match, habits: Habits) -> datetime:
    text = one_of(rows, match, "occurred_at", needed=True)
    return read_instant(text, habits, field="occurred_at")


def _total(rows: Sequence[Row], match: Match, currency: str, lines: Sequence[OrderLine], habits: Habits) -> Decimal:
    text = one_of(rows, match, "total")
    if text:
        return read_amount(text, currency, habits, field="total")
    if not lines:
        raise Unreadable("total", "", what="The order has neither a total nor lines.", remedy="Fill in the total.")
    return sum((line.amount for line in lines), start=Decimal(0))


def _line(row: Row, match: Match, currency: str, habits: Habits) -> OrderLine | None:
    values = row.values
    sku, product, category, brand, count, cost, price = (values.get(column, "") for column in match.of_lines)
    if not (sku or product or category or brand or count or cost or price):
        return None
    try:
        quantity = read_number(count, habits, field="quantity") if count else _ONE
        if quantity < 0:
            raise Unreadable(
                "quantity",
                count,
                what=f"{count} is below zero, and an order cannot be.",
                remedy="Import sales only. Send returns as returns of their order.",
            )
        if cost:
            amount = read_amount(cost, currency, habits, field="amount")
        elif price:
            each = read_number(price, habits, field="unit_price")
            amount = as_amount(each * quantity, currency, habits, field="unit_price")
        else:
            asked = "amount" if match.has("amount") else "unit_price"
            raise Unreadable(asked, "", what="The line has no amount.", remedy="Fill it in.")
    except Unreadable as error:
        error.line = row.line
        raise
    return OrderLine(amount, sku, product, category, brand, quantity)
