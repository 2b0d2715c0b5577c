"""What is left of an order after returns: quantities, lines and money. Pure.

Every share is taken of the original order and rounded once, so a series of returns ends at nothing, to the cent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

import msgspec

from regulars.domain.earning.contracts import Line, Occurrence
from regulars.domain.events.contracts import Order, ReturnedLine, ReturnedOrder
from regulars.kernel.errors import Conflict, Refusal
from regulars.kernel.money import from_minor, to_minor


@dataclass(slots=True)
class OrderLeft:
    """An order and what is left of it. Money in minor units of the order's currency.

    quantities: what is left of each line; None: the line came back whole. by_amount: money that went back without
    lines.
    """

    order: Order
    total: int
    line_totals: list[int]
    money: int
    quantities: list[Decimal | None] = field(default_factory=list)
    by_amount: int = 0

    @property
    def whole(self) -> bool:
        """Whether nothing of the order is left."""
        if self.total:
            return self.money == 0
        return bool(self.quantities) and all(each is None for each in self.quantities)

    @property
    def returned(self) -> int:
        """The money that went back so far."""
        return self.total - self.money

    def line_left(self, index: int) -> int:
        """What is left of a line's amount, before money that went back without lines."""
        left = self.quantities[index]
        if left is None:
            return 0
        bought = self.order.lines[index].quantity
        return self.line_totals[index] if left == bought else int(self.line_totals[index] * left / bought)


def order_left(order: Order) -> OrderLeft:
    """The order as it was bought."""
    total = to_minor(order.total, order.currency)
    line_totals = [to_minor(line.amount, order.currency) for line in order.lines]
    return OrderLeft(order, total, line_totals, total, [line.quantity for line in order.lines])


def take_back(left: OrderLeft, returned: ReturnedOrder) -> None:
    """Takes the return off what is left. Raises Refusal, and changes nothing then, when there is not so much."""
    if left.whole:
        raise _nothing_left(left.order)
    before = sum(map(left.line_left, range(len(left.quantities))))
    quantities = list(left.quantities)
    for number, line in enumerate(returned.lines):
        index = _index_of(left.order, line, number)
        quantities[index] = _quantity_left(left.order, index, quantities[index], line, number)
    if returned.amount is not None:
        money = _asked_amount(left, returned.amount)
        left.by_amount += 0 if returned.lines else money
    elif returned.lines:
        after = _lines_left(left, quantities)
        whole = not any(each is not None for each in quantities)
        lines_total = sum(left.line_totals)
        share = 0 if lines_total == 0 else left.total * (before - after) // lines_total
        money = left.money if whole else min(share, left.money)
    else:
        money, quantities = left.money, [None] * len(quantities)
    left.quantities = quantities
    left.money -= money


def occurrence_left(occurrence: Occurrence, left: OrderLeft) -> Occurrence:
    """The order as the rules see it when only what is left had been bought. occurrence: of the whole order, gross."""
    base = left.money + left.by_amount
    lines = []
    for index, line in enumerate(occurrence.lines):
        quantity = left.quantities[index]
        if quantity is not None:
            amount = left.line_left(index)
            scaled = amount * left.money // base if left.by_amount and base else amount
            lines.append(Line(line.sku, line.name, line.category, line.brand, quantity, scaled))
    return msgspec.structs.replace(occurrence, amount_minor=left.money, lines=lines)


def net_of(occurrence: Occurrence, order: Order) -> Occurrence:
    """The order without the part that points paid for: amount and lines shrink alike."""
    if order.points_used is None:
        return occurrence
    total = to_minor(order.total, order.currency)
    net = total - to_minor(order.points_used.amount, order.currency)
    if total == 0:
        return occurrence
    lines = [
        Line(line.sku, line.name, line.category, line.brand, line.quantity, line.amount_minor * net // total)
        for line in occurrence.lines
    ]
    return msgspec.structs.replace(occurrence, amount_minor=occurrence.amount_minor * net // total, lines=lines)


def points_back(left: OrderLeft) -> int:
    """How many of the points that paid for the order have come back with all returns so far."""
    used = left.order.points_used
    if used is None:
        return 0
    return used.points if left.whole or left.total == 0 else used.points * left.returned // left.total


def _lines_left(left: OrderLeft, quantities: list[Decimal | None]) -> int:
    kept, left.quantities = left.quantities, quantities
    after = sum(map(left.line_left, range(len(quantities))))
    left.quantities = kept
    return after


def _index_of(order: Order, line: ReturnedLine, number: int) -> int:
    if line.line is not None:
        if 1 <= line.line <= len(order.lines):
            return line.line - 1
        raise _not_in_order(number, f"The order has {len(order.lines)} lines, and {line.line} is not one of them.")
    found = [index for index, each in enumerate(order.lines) if each.sku == line.sku]
    if len(found) != 1:
        raise _not_in_order(number, f"{len(found) or 'No'} lines of the order have the article {line.sku!r}.")
    return found[0]


def _quantity_left(order: Order, index: int, left: Decimal | None, line: ReturnedLine, number: int) -> Decimal | None:
    there = Decimal(0) if left is None else left
    asked = there if line.quantity is None else line.quantity
    if left is None or asked > there:
        bought = order.lines[index].quantity
        raise Conflict(
            "more_returned_than_bought",
            "More comes back than was bought",
            detail=f"Of line {index + 1}, {bought:f} were bought, {there:f} are left, and {asked:f} were sent back.",
            remedy="Send what really comes back; look at the order's earlier returns.",
            field=f"return.lines[{number}].quantity",
        )
    return None if asked == there else there - asked


def _asked_amount(left: OrderLeft, amount: Decimal) -> int:
    money = to_minor(amount, left.order.currency, field="return.amount")
    if money > left.money:
        raise Conflict(
            "more_returned_than_paid",
            "More money goes back than was paid",
            detail=f"{from_minor(money, left.order.currency)} were sent, and"
            f" {from_minor(left.money, left.order.currency)} of the order are left.",
            remedy="Send the amount that really goes back; look at the order's earlier returns.",
            field="return.amount",
        )
    return money


def _nothing_left(order: Order) -> Conflict:
    return Conflict(
        "order_already_returned",
        "The order came back before",
        detail=f"Nothing is left of order {order.number!r}: all of it was returned.",
        remedy="Nothing is to be done; to repeat a return, send it unchanged under its first id.",
        field="return.order_number",
    )


def _not_in_order(number: int, why: str) -> Refusal:
    return Refusal(
        "line_not_in_order",
        "The order has no such line",
        detail=why,
        remedy="Name the line by its place in the order, from 1, or by an article that is there once.",
        field=f"return.lines[{number}]",
    )
