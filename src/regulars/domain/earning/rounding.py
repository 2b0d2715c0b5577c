"""Exact points, and how they become whole points, as the rulebook states it."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, Inexact
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor

Exact = Decimal | Fraction
"""Points before rounding, without any error: a Decimal where it is exact, else a Fraction (1 point for every 3.00)."""


class Rounding(StrEnum):
    """down: 45.99 -> 45 (the default). nearest: 45.50 -> 46. up: 45.01 -> 46."""

    down = "down"
    nearest = "nearest"
    up = "up"


_MODES = {Rounding.down: ROUND_FLOOR, Rounding.nearest: ROUND_HALF_UP, Rounding.up: ROUND_CEILING}
_HALF = Fraction(1, 2)
# Python's own context cuts a product at 28 digits without a word.
_WITHOUT_LOSS = Context(prec=60, traps=[Inexact])


def rounded(exact: Exact, rounding: Rounding) -> int:
    """Whole points."""
    if isinstance(exact, Decimal):
        return int(exact.to_integral_value(_MODES[rounding]))
    if rounding is Rounding.down:
        return floor(exact)
    if rounding is Rounding.up:
        return ceil(exact)
    return floor(exact + _HALF)


def exact_text(exact: Exact) -> str:
    """The points as decimal text: '45.9'; of a fraction without an end the first 28 digits."""
    number = exact if isinstance(exact, Decimal) else Decimal(exact.numerator) / Decimal(exact.denominator)
    return format(number.normalize(), "f")


def product(left: Exact, right: Exact) -> Exact:
    """The product without any error."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        try:
            return _WITHOUT_LOSS.multiply(left, right)
        except Inexact:
            pass
    return Fraction(left) * Fraction(right)


def shown(exact: Decimal) -> Decimal:
    """The points as people read them: at most four decimals, none without need; cut, never rounded up."""
    cut = exact.quantize(Decimal("0.0001"), ROUND_FLOOR) if abs(exact) < 10**20 else exact
    return cut.to_integral_value() if cut == cut.to_integral_value() else cut.normalize()
