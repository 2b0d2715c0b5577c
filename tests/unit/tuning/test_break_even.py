"""How much more members must buy."""

from __future__ import annotations

from decimal import Decimal

from regulars.flows.tuning.break_even import break_even, uplift
from regulars.flows.tuning.estimates import Estimate


def test_three_per_cent_on_a_margin_of_thirty() -> None:
    needed = uplift(Decimal("0.03"), Decimal("0.30"))
    assert needed is not None
    assert round(needed, 4) == Decimal("0.1111")
    # So much more is sold, and as much is left as without a programme.
    assert round((1 + needed) * (Decimal("0.30") - Decimal("0.03")), 10) == Decimal("0.30")


def test_it_never_pays() -> None:
    assert uplift(Decimal("0.3"), Decimal("0.3")) is None
    assert uplift(Decimal("0.4"), Decimal("0.3")) is None
    assert uplift(Decimal(0), Decimal("0.3")) == 0


def test_its_interval_and_how_much_more_than_now() -> None:
    cost = Estimate(Decimal("0.04"), Decimal("0.02"), Decimal("0.11"))
    now = Estimate(Decimal("0.02"), Decimal("0.02"), Decimal("0.02"))
    found = break_even(cost, now, Decimal("0.10"))
    assert (found.low, found.high) == (Decimal("0.25"), None)
    assert found.than_now is not None
    assert round((1 + found.than_now) * Decimal("0.06"), 10) == Decimal("0.08"), "as much is left as now"
    assert break_even(now, cost, Decimal("0.10")).than_now == Decimal("-0.25")
    assert break_even(cost, now, Decimal("0.03")).than_now is None
