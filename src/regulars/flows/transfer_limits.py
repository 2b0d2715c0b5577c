"""What a rulebook allows of points that members send to one another, as refusals in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from regulars.domain.ledger.contracts import Balance, NotEnoughPoints
from regulars.domain.members.contracts import MemberStatus
from regulars.domain.programmes.stored_value import StoredValue
from regulars.domain.programmes.transfer_terms import MOST_POINTS, Transfers
from regulars.kernel.errors import Conflict, NotAllowed, Refusal


def check_kind(
    terms: Transfers, known: Mapping[str, int], point_type: str, *, names: Mapping[str, str], stored: StoredValue
) -> None:
    """Raises Refusal unless points of this type exist and can be sent. known: the point types of the programme.

    stored: says of the members' own money by itself whether it can be sent.
    """
    if point_type not in known or point_type not in names:
        raise Refusal(
            "unknown_point_type",
            "This point type does not exist",
            detail=f"The programme has no point type {point_type!r}.",
            remedy=f"Use one of {', '.join(sorted(names))}.",
            field="point_type",
        )
    if not (stored.transfers if point_type == stored.point_type else terms.allows(point_type)):
        raise NotAllowed(
            "transfers_not_allowed",
            "These points cannot be sent",
            detail=f"The rulebook does not let members send {names[point_type]} to one another.",
            remedy="Allow it in the rulebook, if it should be possible.",
            field="point_type",
        )


def check_amount(terms: Transfers, points: int) -> None:
    """Raises Refusal for a number of points that no transfer may have."""
    if not 0 < points <= MOST_POINTS:
        raise Refusal(
            "bad_transfer",
            "The number of points is out of range",
            detail=f"{points:,} points were to be sent; it must be a number from 1 to {MOST_POINTS:,}.",
            remedy="Send at least one point.",
            field="points",
        )
    if points < terms.least:
        raise Refusal(
            "transfer_too_small",
            "That is less than can be sent",
            detail=f"{points:,} points were to be sent, and a transfer has at least {terms.least:,}.",
            remedy=f"Send {terms.least:,} points or more.",
            field="points",
        )
    if terms.most is not None and points > terms.most:
        raise Refusal(
            "transfer_too_large",
            "That is more than can be sent at once",
            detail=f"{points:,} points were to be sent, and a transfer has at most {terms.most:,}.",
            remedy=f"Send at most {terms.most:,} points.",
            field="points",
        )


def check_day(terms: Transfers, points: int, *, sent: int) -> None:
    """Raises Conflict where the limit of the day would be passed. sent: what was sent on that day already."""
    if terms.per_day is None or sent + points <= terms.per_day:
        return
    left = max(terms.per_day - sent, 0)
    raise Conflict(
        "transfer_limit_reached",
        "The limit of the day is reached",
        detail=f"A member may send {terms.per_day:,} points in one day, and {sent:,} were sent today.",
        remedy=f"Send at most {left:,} points today." if left >= terms.least else "Send the points tomorrow.",
        field="points",
    )


def check_enough(balance: Balance, points: int, fee: int) -> None:
    """Raises NotEnoughPoints where what can be spent does not cover points and fee."""
    asked = points + fee
    if balance.available >= asked:
        return
    refusal = NotEnoughPoints(available=balance.available, asked=asked)
    if fee:
        refusal.detail = f"{points:,} points and a fee of {fee:,} are needed, and {balance.available:,} can be spent."
        refusal.remedy = "Send fewer points."
    if balance.pending:
        refusal.detail += f" {balance.pending:,} more are pending and cannot be sent yet."
    refusal.field = "points"
    raise refusal


def to_oneself() -> Refusal:
    """Sender and receiver are one member."""
    return Refusal(
        "transfer_to_oneself",
        "Points cannot be sent to oneself",
        detail="The member who sends and the member who receives are the same.",
        remedy="Name another member.",
        field="receiver",
    )


def not_active(field: str, status: MemberStatus) -> Conflict:
    """One of the two can neither earn nor spend. field: sender or receiver."""
    return Conflict(
        "member_not_active",
        "The member is not active",
        detail=f"The {field} is {status.name}, so points can neither leave nor arrive.",
        remedy="Make the member active again first, or name another one.",
        field=field,
    )


def arrives_expired(last_day: date) -> Conflict:
    """The points would get a last day that is over."""
    return Conflict(
        "transfer_arrives_expired",
        "The points would arrive expired",
        detail=f"By the rulebook they would get {last_day:%-d %b %Y} as their last day, which is over.",
        remedy="Publish a rulebook with a later last day first.",
    )
