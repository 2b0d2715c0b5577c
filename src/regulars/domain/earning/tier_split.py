"""An order that carries a member over a threshold, cut where the tiers change. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Piece(NamedTuple):
    """So much of the order, in minor units, while the member holds the tier."""

    amount: int
    tier: str


def pieces(amount: int, tier: str, ahead: Sequence[tuple[int, str]]) -> list[Piece]:
    """The order in parts, from the tier held before it on: 300.00 with 100.00 missing to gold are 100.00 and 200.00.

    ahead: (what is missing to a higher tier, the tier), rising. What reaches a threshold exactly lies before it.
    """
    found: list[Piece] = []
    start = 0
    for missing, higher in ahead:
        if missing >= amount:
            break
        end = max(missing, start)
        if end > start:
            found.append(Piece(end - start, tier))
        start, tier = end, higher
    if amount > start:
        found.append(Piece(amount - start, tier))
    return found
