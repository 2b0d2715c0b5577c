"""Long lists in parts that one transaction can take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def in_batches(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """Parts of at most `size`, in their order."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
