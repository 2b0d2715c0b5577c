"""Rows into returns: one row for each return, or one row for each line that comes back."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from regulars.domain.events.contracts import RETURN, Event, ReturnedLine, ReturnedOrder
from regulars.interfaces.commandline.imports.columns import Match
from regulars.interfaces.commandline.imports.members import problem_of
from regulars.interfaces.commandline.imports.orders import MEMBER_KEYS, OrderDraft, member_of, one_of
from regulars.interfaces.commandline.imports.reading import Read
from regulars.interfaces.commandline.imports.rows import Problem, Row, Unreadable
from regulars.interfaces.commandline.imports.values import Habits, read_amount, read_instant, read_number
from regulars.kernel.errors import Refusal


def require_columns(match: Match) -> None:
    """Raises Refusal when the columns cannot make a return."""
    missing = [name for name in ("order_number", "occurred_at") if not match.has(name)]
    if not match.has(*MEMBER_KEYS):
        missing.append("external_id (or email, phone, card_number)")
    if missing:
        raise Refusal(
            "missing_columns",
            "The file does not say all that a return needs",
            detail=f"No column was recognised as {', '.join(missing)}.",
            remedy=f"Name it: --map 'Your column={missing[0].split()[0]}'.",
            field="map",
        )


def read_returns(read: Read, match: Match, habits: Habits) -> Iterator[OrderDraft | Problem]:
    """Every return of the file as an event, or as a problem."""
    for rows in _groups(read, match):
        if isinstance(rows, Problem):
            yield rows
            continue
        try:
            yield OrderDraft(rows, read_return(rows, match, habits))
        except (Unreadable, Refusal) as error:
            yield problem_of(error, rows, match)


def _groups(read: Read, match: Match) -> Iterator[tuple[Row, ...] | Problem]:
    """Rows that follow one another and have one return number, or else one order and one time, are one return.

    One unreadable row spoils its return: half a return is a wrong return.
    """
    group: list[Row] = []
    fault: Problem | None = None
    current: tuple[str, ...] = ()
    for item in read:
        row = item if isinstance(item, Row) else item.rows[0] if item.rows else None
        key = _key(row, match) if row else ()
        if (group or fault) and (not key or key != current):
            yield _closed(group, fault)
            group, fault = [], None
        current = key
        if row:
            group.append(row)
        if isinstance(item, Problem):
            fault = fault or item
    if group or fault:
        yield _closed(group, fault)


def _key(row: Row, match: Match) -> tuple[str, ...]:
    names = ("return_number", "order_number") if match.has("return_number") else ("order_number", "occurred_at")
    said = tuple(row.values.get(match.columns.get(name, ""), "") for name in names)
    return said if all(said) else ()


def _closed(group: list[Row], fault: Problem | None) -> tuple[Row, ...] | Problem:
    rows = tuple(group)
    if fault is None:
        return rows
    return Problem(fault.line, fault.what, fault.remedy, fault.column, fault.value, rows)


def read_return(rows: tuple[Row, ...], match: Match, habits: Habits) -> Event:
    """The rows of one return as an event. Raises Unreadable or Refusal for the first thing that is wrong."""
    number = one_of(rows, match, "order_number", needed=True)
    at = read_instant(one_of(rows[:1], match, "occurred_at", needed=True), habits, field="occurred_at")
    own = one_of(rows, match, "return_number") or f"{number}-{at:%Y%m%dT%H%M%S%z}"
    lines = [line for row in rows if (line := _line(row, match, habits))]
    amounts = [amount for row in rows if (amount := _amount(row, match, habits)) is not None]
    if len(rows) > 1 and len(lines) < len(rows):
        raise Unreadable(
            "sku",
            "",
            what=f"{len(rows)} rows are one return, and not all of them say which line comes back.",
            remedy="Name the line or the article in each row, or write the return in one row.",
        )
    return Event(
        id=f"return-{own}",
        type=RETURN,
        source=habits.source,
        member=member_of(rows, match, habits),
        occurred_at=at,
        return_=ReturnedOrder(number, lines=lines, amount=sum(amounts, Decimal(0)) if amounts else None),
    )


def _line(row: Row, match: Match, habits: Habits) -> ReturnedLine | None:
    place, sku, count = (row.values.get(match.columns.get(name, ""), "") for name in ("line", "sku", "quantity"))
    if not (place or sku):
        if count:
            raise Unreadable(
                "quantity",
                count,
                what="The row says how many come back, and not of which line.",
                remedy="Name the line or the article, or leave the quantity out.",
                line=row.line,
            )
        return None
    if place and not (place.isascii() and place.isdigit() and len(place) < 6):
        raise Unreadable(
            "line",
            place,
            what=f"{place!r} is not the place of a line.",
            remedy="Write its place in the order: 1 for the first.",
            line=row.line,
        )
    # Exports write what comes back with a minus as often as without.
    quantity = abs(read_number(count, habits, field="quantity")) if count else None
    return ReturnedLine(line=int(place) if place else None, sku=None if place else sku, quantity=quantity)


def _amount(row: Row, match: Match, habits: Habits) -> Decimal | None:
    text = row.values.get(match.columns.get("amount", ""), "").lstrip("-\N{MINUS SIGN} ")
    return read_amount(text, habits.currency, habits, field="amount") if text else None
