"""Why points that were set aside cannot be used, or given back, as somebody wishes."""

from __future__ import annotations

from regulars.domain.ledger.contracts import Hold, HoldState
from regulars.kernel.errors import Conflict, Refusal


def bad_settlement(found: Hold, points: int, *, field: str = "points") -> Refusal:
    """More than was set aside, or nothing."""
    return Refusal(
        "bad_settlement",
        "So many points were not set aside",
        detail=f"{found.amount:,} points were set aside, and {points:,} are to be spent.",
        remedy=f"Settle 1 to {found.amount:,} points, or release the hold.",
        field=field,
    )


def hold_not_open(found: Hold, *, field: str = "hold") -> Conflict:
    """It was settled, or let go, before."""
    if found.order_event is not None:
        detail = f"{found.settled:,} of the {found.amount:,} points that were set aside paid for another order."
    elif found.state is HoldState.given_back:
        detail = f"{found.settled:,} of the {found.amount:,} points that were set aside were spent, and given back."
    elif found.settled:
        detail = f"Of the {found.amount:,} points that were set aside, {found.settled:,} were spent."
    else:
        detail = f"The {found.amount:,} points that were set aside are the member's again."
    return Conflict(
        "hold_not_open",
        "The hold has ended",
        detail=detail,
        remedy="Look at the hold; to spend more, set points aside again.",
        field=field,
    )


def hold_expired(found: Hold, *, field: str = "hold") -> Conflict:
    """Its time is over, whether the night has let it go or not."""
    return Conflict(
        "hold_expired",
        "The points were set aside for too long",
        detail=f"{found.amount:,} points were set aside and not settled in time, so they go back to the member.",
        remedy="Set them aside again.",
        field=field,
    )


def hold_of_other_points(code: str, asked: str, *, field: str) -> Refusal:
    """The order pays with one point type, and another was set aside. code, asked: the ids of the two."""
    return Refusal(
        "hold_of_other_points",
        "Points of another kind were set aside",
        detail=f"The order pays with {asked!r}, and {code!r} were set aside.",
        remedy="Name the point type of the hold, or another hold.",
        field=field,
    )


def hold_not_settled(found: Hold) -> Conflict:
    """Nothing was spent of it, so there is nothing to give back."""
    if found.state is HoldState.open:
        detail = f"The {found.amount:,} points are still set aside."
        remedy = "Release the hold to let go of them."
    else:
        detail = f"None of the {found.amount:,} points were spent; they are the member's again."
        remedy = "Nothing is to be done."
    return Conflict("hold_not_settled", "Nothing was spent of the hold", detail=detail, remedy=remedy, field="hold")


def hold_paid_for_order(found: Hold, number: str) -> Conflict:
    """What paid for an order comes back with the order."""
    return Conflict(
        "hold_paid_for_order",
        "The points paid for an order",
        detail=f"{found.settled:,} points of the hold paid for order {number!r}.",
        remedy="Send the return of the order: as much as comes back of it, so many points come back.",
        field="hold",
    )
