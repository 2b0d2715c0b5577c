"""What both doors refuse in the same words, whichever of them answers."""

from __future__ import annotations

from regulars.domain.access.contracts import ApiKey
from regulars.kernel.errors import NotAllowed, Refusal


def method_not_allowed(method: str, path: str, allowed: str) -> Refusal:
    """The address is there, but not for this method. allowed: the methods that it takes."""
    return Refusal(
        "method_not_allowed",
        "This address does not take that method",
        detail=f"{method[:20]} was sent to {path}, which takes {allowed}.",
        remedy="Look the address up in the reference: /api/docs.",
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
    """More bytes than this address takes. limit: the most that it takes."""
    return Refusal(
        "body_too_large",
        "The body is too large",
        detail=f"It has more than {limit // 1_000_000} MB, which is the most that this address takes.",
        remedy="Send less at a time: several smaller bulk requests are as good as one.",
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
