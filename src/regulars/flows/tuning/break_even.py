"""How much more members must buy for a programme to pay for itself. Pure.

Without a programme, sales of 1 leave the margin m. With one, sales of 1 + u leave (1 + u)(m - c), where c is what the
points given for sales of 1 cost after those that are never used. Both are equal at u = c / (m - c): the break-even
analysis of a price cut (Nagle, Hogan & Zale, The Strategy and Tactics of Pricing, chapter on financial analysis), with
points in the place of the cut. A cost of 3 % on a margin of 30 % needs 11.11 % more.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from regulars.flows.tuning.estimates import Estimate


class BreakEven(NamedTuple):
    """needed: how much more members must buy than without any programme, as a share; None: it never pays for itself.

    low, high: of its 95 % interval; a None is beyond every number. than_now: how much more than under the rules as
    they are, below zero where it may be less; None where one of the two never pays.
    """

    needed: Decimal | None
    low: Decimal | None
    high: Decimal | None
    than_now: Decimal | None


def uplift(cost: Decimal, margin: Decimal) -> Decimal | None:
    """c / (m - c); None where the cost is not below the margin. Both are shares of sales."""
    return None if cost >= margin else cost / (margin - cost)


def break_even(cost: Estimate, now: Estimate, margin: Decimal) -> BreakEven:
    """Of a candidate whose points cost so much of sales, and of the rules as they are."""
    than_now = None
    if cost.value < margin and now.value < margin:
        # (1 + u)(m - c) = m - c0, for sales that are what they are under the present rules.
        than_now = (cost.value - now.value) / (margin - cost.value)
    return BreakEven(uplift(cost.value, margin), uplift(cost.low, margin), uplift(cost.high, margin), than_now)
