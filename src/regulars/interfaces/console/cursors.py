"""Places in a list, written into an address: the instant and id of the last row shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


def written(at: datetime, identifier: UUID) -> str:
    """The place as text: microseconds since 1970 and the id, both in hexadecimal."""
    return f"{(at - _EPOCH) // _TICK:x}-{identifier.hex}"


def of_numbers(numbers: Sequence[int]) -> str:
    """A place in a statement, of each of those whose it is."""
    return "-".join(map(str, numbers))


def numbers(text: str) -> list[int] | None:
    """The place in a statement, or None for the first page and for anything that is no place."""
    parts = text.split("-")
    return [int(each) for each in parts] if all(each.isdecimal() and len(each) < 10 for each in parts) else None


def read(text: str) -> tuple[datetime, UUID] | None:
    """The place, or None for the first page and for anything that is no place."""
    head, _, tail = text.partition("-")
    try:
        return _EPOCH + int(head, 16) * _TICK, UUID(hex=tail)
    except (ValueError, OverflowError):
        return None
