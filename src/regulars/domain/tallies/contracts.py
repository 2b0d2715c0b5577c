"""Tallies: what is remembered of a member, as small sums by key and period. What the keys mean, earning knows."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class Wanted(NamedTuple):
    """A tally to be read, from the row of that day on."""

    member_id: bytes
    key: str
    since: date


class Added(NamedTuple):
    """What is added to one row of a tally, or taken off. day: the first day of the period in which it counts."""

    member_id: bytes
    key: str
    day: date
    amount: int
