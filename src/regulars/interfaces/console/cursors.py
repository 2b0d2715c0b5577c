"""Places in a list, written into an address: the instant and id of the last row shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


def written(at: datetime, identifier: UUID) -> str:
    """The place as text: microseconds since 1970 and the id, both in hexadecimal."""
    return f"{(at - _EPOCH) // _TICK:x}-{identifier.hex}"


def read(text: str) -> tuple[datetime, UUID] | None:
    """The place, or None for the first page and for anything that is no place."""
    head, _, tail = text.partition("-")
    try:
        return _EPOCH + int(head, 16) * _TICK, UUID(hex=tail)
    except (ValueError, OverflowError):
        return None
