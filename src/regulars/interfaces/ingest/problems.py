"""What this door refuses by itself, before an event reaches the flow."""

from __future__ import annotations

from regulars.domain.access.contracts import ApiKey
from regulars.kernel.errors import NotAllowed, Refusal


def method_not_allowed(method: str) -> Refusal:
    """Events are sent, and nothing else."""
    return Refusal(
        "method_not_allowed",
        "This address takes POST only",
        detail=f"The request came as {method[:20]}.",
        remedy="Send events by POST; read them at /api/v1/members/{id}/events.",
        status=405,
    )


def wrong_media_type(given: str) -> Refusal:
    """The body says that it is something else than JSON."""
    return Refusal(
        "unsupported_media_type",
        "The body must be JSON",
        detail=f"The request says Content-Type: {given[:80] or '(nothing)'}.",
        remedy="Send the body as JSON in UTF-8, with Content-Type: application/json.",
        status=415,
    )


def body_too_large(limit: int) -> Refusal:
    """More bytes than this address takes."""
    return Refusal(
        "body_too_large",
        "The request is too large",
        detail=f"This address takes up to {limit // 1_000_000} MB in one request.",
        remedy="Send less at once: /api/v1/events/bulk takes up to 500 events in one request.",
        status=413,
    )


def not_json(why: str) -> Refusal:
    """The body, or an item of it, cannot be parsed."""
    return Refusal(
        "malformed_json",
        "The body is not JSON",
        detail=f"It cannot be parsed: {why}.",
        remedy="Send one JSON object in UTF-8.",
        status=400,
    )


def wrong_field(why: str, field: str | None) -> Refusal:
    """JSON, but not an event."""
    return Refusal(
        "bad_field",
        "A field is not as it should be",
        detail=f"{why}.",
        remedy="Compare the event with the description at /api/docs, and send it again.",
        field=field,
    )


def too_many_events(count: int, most: int) -> Refusal:
    """More events than one request may carry."""
    return Refusal(
        "too_many_events",
        "There are too many events in one request",
        detail=f"The request carries {count:,} events, and up to {most} are taken at once.",
        remedy=f"Send them in several requests of {most}.",
        field="events",
    )


def key_missing() -> Refusal:
    """No key at all."""
    return Refusal(
        "api_key_missing",
        "There is no API key",
        detail="The header Authorization does not hold a key.",
        remedy="Send it with every request: Authorization: Bearer rk_live_...",
        status=401,
    )


def key_unknown() -> Refusal:
    """A key that was never ours."""
    return Refusal(
        "api_key_unknown",
        "This API key is not known",
        detail="The key in the header Authorization was never issued, or was cut off when it was copied.",
        remedy="Copy the whole key, or issue a new one: regulars keys create.",
        status=401,
    )


def key_revoked(key: ApiKey) -> Refusal:
    """A key that was ours."""
    return Refusal(
        "api_key_revoked",
        "This API key was revoked",
        detail=f"The key {key.prefix}... ({key.name}) was revoked on {key.revoked_at:%-d %b %Y, %H:%M} UTC.",
        remedy="Use another key, or issue a new one: regulars keys create.",
        status=401,
    )


def key_out_of_scope(key: ApiKey, needed: str) -> Refusal:
    """A key for other things."""
    return NotAllowed(
        "scope_missing",
        "The API key may not do this",
        detail=f"This call needs the scope {needed}, and the key {key.prefix}... ({key.name}) has "
        f"{', '.join(sorted(key.scopes))}.",
        remedy=f"Issue a key with the scope {needed}: regulars keys create --scopes {needed} ...",
    )


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
