"""Why a tier cannot be given, or taken back, in the words of refusals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from regulars.kernel.errors import Conflict, Refusal


def field_missing(field: str, detail: str) -> Refusal:
    """Something that colleagues will want to know is not there."""
    return Refusal(
        "field_missing", "Something is missing", detail=detail, remedy="Add it; colleagues will see it.", field=field
    )


def tier_unknown(what: str, given: str, known: Iterable[str]) -> Refusal:
    """A ladder or a tier of that id does not exist."""
    return Refusal(
        "unknown_tier",
        "This tier does not exist",
        detail=f"The rulebook in force has no {what} {given!r}.",
        remedy=f"Use one of {', '.join(known) or 'none: the rulebook has no ladder'}.",
        field=what,
    )


def only_by_invitation(name: str, *, is_invitation: bool) -> Refusal:
    """Tiers by invitation are given by invitation, and no others are."""
    if is_invitation:
        detail, remedy = f"{name} is reached by score, and nobody is invited to it.", "Give it by hand instead."
    else:
        detail, remedy = f"{name} is by invitation only.", "Invite the member."
    return Refusal("tier_by_invitation", "The tier is given in another way", detail=detail, remedy=remedy, field="kind")


def day_over(until: date) -> Refusal:
    """The last day has been."""
    return Refusal(
        "day_is_over",
        "The last day is over",
        detail=f"{until:%-d %b %Y} has been, so the tier would end before it begins.",
        remedy="Choose today or a later day, or leave it open.",
        field="until",
    )


def already_held(own: str, wanted: str) -> Conflict:
    """Nobody is lowered, and nobody gets what they have."""
    return Conflict(
        "tier_already_reached",
        "The member has that already",
        detail=f"By themselves the member is {own}, and {wanted} is not above it.",
        remedy="Choose a higher tier; to keep a tier for longer, wait until it would be lost.",
        field="tier",
    )


def not_invited(ladder: str) -> Conflict:
    """There is no invitation that could be answered."""
    return Conflict(
        "not_invited",
        "There is no invitation",
        detail=f"On the ladder {ladder!r} the member holds no tier by invitation.",
        remedy="Look at the member's tiers.",
        field="ladder",
    )


def nothing_to_end(ladder: str) -> Conflict:
    """There is nothing that staff gave."""
    return Conflict(
        "no_assigned_tier",
        "There is nothing to take back",
        detail=f"On the ladder {ladder!r} the member holds no tier that staff gave.",
        remedy="Look at the member's tiers.",
        field="ladder",
    )
