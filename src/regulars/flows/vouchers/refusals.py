"""What is refused of codes on orders, in words."""

from __future__ import annotations

from datetime import timedelta

from regulars.domain.vouchers.contracts import Checked, CodeNotAccepted, OrderOfCodes
from regulars.domain.vouchers.judging import NOT_ACCEPTED, UNUSABLE
from regulars.domain.vouchers.why_words import why_words
from regulars.flows.vouchers.asking import OrderNamed
from regulars.kernel.errors import Conflict, NotFound, Refusal


def check_usable(checked: Checked) -> None:
    """Raises Refusal for the first code that cannot be used at all. One that only changes nothing is no reason."""
    for n, said in enumerate(checked.said):
        if said.why == NOT_ACCEPTED:
            raise CodeNotAccepted(field=f"codes[{n}]", place=n)
        if said.why in UNUSABLE:
            raise Conflict(
                "voucher_not_usable",
                "The code cannot be used now",
                detail=str(why_words(said)),
                remedy="Send the order without it; POST /api/v1/vouchers/check says of every code why.",
                field=f"codes[{n}]",
            )


def order_has_codes(order: OrderOfCodes) -> Conflict:
    """An order uses its codes at once, and once."""
    return Conflict(
        "voucher_order_used",
        "The order has used its codes",
        detail=f"Codes were used on the order {order.number!r}, and other ones are sent now.",
        remedy="Roll the order's codes back first, then redeem them anew.",
        field="order",
    )


def order_not_known(named: OrderNamed) -> NotFound:
    """Nobody showed codes for the order, or they were let go."""
    return NotFound(
        "voucher_order_not_found",
        "No codes are known of this order",
        detail=f"No codes were used or reserved on order {named.number!r} of {named.source!r}.",
        remedy="Check the number and the source, as they were when the codes were redeemed.",
        field="order",
    )


def order_not_reserved(order: OrderOfCodes) -> Conflict:
    """Its time is over, or nothing was reserved."""
    return Conflict(
        "voucher_reservation_over",
        "The codes are not reserved any more",
        detail=f"Nothing is reserved for the order {order.number!r}: its time is over, or its codes were let go.",
        remedy="Redeem the codes with the lines of the order, or reserve them again.",
        field="order",
    )


def nothing_reserved(order: OrderOfCodes) -> Conflict:
    """It has used its codes."""
    return Conflict(
        "voucher_order_not_reserved",
        "The codes are not reserved",
        detail=f"The codes of the order {order.number!r} were used or rolled back, and nothing is reserved.",
        remedy="Roll the codes back, where they were used and the order was not made.",
        field="order",
    )


def hold_too_long(lasts: timedelta, longest: timedelta) -> Refusal:
    """A reservation has an end within sight."""
    hours = int(longest.total_seconds() // 3600)
    return Refusal(
        "voucher_hold_too_long",
        "The codes cannot be reserved for so long",
        detail=f"{int(lasts.total_seconds())} seconds were asked for; it may be from one minute to {hours} hours.",
        remedy="Ask for less; reserving again begins the time anew.",
        field="seconds",
    )
