"""What this door alone has to say: too much is waiting, it is about to close, or the database is away."""

from __future__ import annotations

from regulars.kernel.errors import Refusal


def too_busy() -> Refusal:
    """More is waiting than can be worked off in a moment."""
    return Refusal(
        "too_busy",
        "Too much is waiting",
        detail="More events are waiting than can be worked off within a moment; this request was not taken.",
        remedy="Send it again after the seconds in Retry-After, unchanged; nothing was written.",
        status=503,
    )


def closing() -> Refusal:
    """The process is about to end."""
    return Refusal(
        "closing",
        "The server is about to stop",
        detail="It finishes what it has taken, and takes nothing new.",
        remedy="Send it again after the seconds in Retry-After, unchanged; nothing was written.",
        status=503,
    )


def database_unavailable() -> Refusal:
    """The database cannot be reached, or cannot write."""
    return Refusal(
        "database_unavailable",
        "The database cannot be reached",
        detail="The event was not confirmed by the database; it may or may not have been written.",
        remedy="Send it again after the seconds in Retry-After, unchanged: it is counted once in any case.",
        status=503,
    )


def defect() -> Refusal:
    """Something that should not happen did."""
    return Refusal(
        "internal_error",
        "Something went wrong on our side",
        detail="The request could not be processed; the reason is in the server's log.",
        remedy="Send it again later, unchanged; tell us if it happens again.",
        status=500,
    )
