"""Figures of a sample with their 95 % intervals. Pure.

A figure is a ratio of two sums over members (cost per order, share of members), or a total of all members. Members are
drawn without putting them back, so the interval closes as the sample grows, and is a point where everybody was played.

Ratios: Cochran, Sampling Techniques (1977), section 6.3, by linearisation. Shares of members: the interval of Wilson
(1927), which does not close at 0 and at 1 as the usual one does, with the number of members drawn divided by what the
sample leaves out.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from math import sqrt
from typing import NamedTuple

Z = 1.959963984540054
"""Half of the 95 % interval of the normal distribution, in standard deviations."""


class Estimate(NamedTuple):
    """value: exact, of those who were played. low, high: the 95 % interval; both are the value where all were."""

    value: Decimal
    low: Decimal
    high: Decimal

    @property
    def is_sure(self) -> bool:
        """Whether there is nothing to be unsure about."""
        return self.low == self.high

    def overlaps(self, other: Estimate) -> bool:
        """Whether both may be the same."""
        return self.low <= other.high and other.low <= self.high


Pair = tuple[Decimal | int, Decimal | int]
"""Of one member: what is added up above the line, and below it."""


def ratio(pairs: Sequence[Pair], *, of: int) -> Estimate | None:
    """The sum above over the sum below, of `of` members; None where nothing stands below. Never negative."""
    below = sum((Decimal(each[1]) for each in pairs), Decimal(0))
    if not below:
        return None
    value = sum((Decimal(each[0]) for each in pairs), Decimal(0)) / below
    n = len(pairs)
    if n >= of:
        return _exact(value)
    rate = float(value)
    errors = sum((float(each[0]) - rate * float(each[1])) ** 2 for each in pairs) / max(n - 1, 1)
    half = Z * sqrt(errors / n * (1 - n / of)) / (float(below) / n)
    return _around(value, half)


def share(pairs: Sequence[Pair], *, of: int) -> Estimate | None:
    """The share of those who count below that count above as well; each of them is one or nothing."""
    n = int(sum(each[1] for each in pairs))
    if not n:
        return None
    hits = int(sum(each[0] for each in pairs))
    value = Decimal(hits) / n
    left_out = 1 - len(pairs) / of if of else 0.0
    if left_out <= 0:
        return _exact(value)
    drawn = n / left_out
    p, z2 = float(value), Z * Z
    centre = (p + z2 / (2 * drawn)) / (1 + z2 / drawn)
    half = Z * sqrt(p * (1 - p) / drawn + z2 / (4 * drawn * drawn)) / (1 + z2 / drawn)
    # At the ends the formula gives the value itself, up to the last digits of a float.
    low = min(max(_decimal(centre - half), Decimal(0)), value)
    return Estimate(value, low, max(min(_decimal(centre + half), Decimal(1)), value))


def total(pairs: Sequence[Pair], *, of: int) -> Estimate | None:
    """What all `of` members come to; what stands below counts for nothing."""
    n = len(pairs)
    if not n:
        return None
    value = sum((Decimal(each[0]) for each in pairs), Decimal(0)) / n * of
    if n >= of:
        return _exact(sum((Decimal(each[0]) for each in pairs), Decimal(0)))
    mean = float(value) / of
    spread = sum((float(each[0]) - mean) ** 2 for each in pairs) / max(n - 1, 1)
    return _around(value, Z * of * sqrt(spread / n * (1 - n / of)))


def _exact(value: Decimal) -> Estimate:
    return Estimate(value, value, value)


def _around(value: Decimal, half: float) -> Estimate:
    return Estimate(value, max(value - _decimal(half), min(value, Decimal(0))), value + _decimal(half))


def _decimal(value: float) -> Decimal:
    return Decimal(repr(value))
