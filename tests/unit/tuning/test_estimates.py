"""Intervals of samples, against figures from books and a count of how often they cover the whole."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from regulars.flows.tuning.estimates import Estimate, ratio, share, total


def test_everybody_was_played() -> None:
    """Then there is nothing to be unsure about."""
    pairs = [(Decimal(3), 2), (Decimal(5), 2)]
    assert ratio(pairs, of=2) == Estimate(Decimal(2), Decimal(2), Decimal(2))
    assert total(pairs, of=2) == Estimate(Decimal(8), Decimal(8), Decimal(8))
    assert share([(1, 1), (0, 1), (0, 0)], of=3) == Estimate(Decimal("0.5"), Decimal("0.5"), Decimal("0.5"))


def test_there_is_nobody_to_take_it_of() -> None:
    assert ratio([(Decimal(0), 0)], of=5) is None
    assert share([(0, 0)], of=5) is None
    assert total([], of=5) is None


def test_the_interval_of_wilson() -> None:
    """10 of 100 of very many: 5.52 % to 17.44 % (Newcombe 1998 and every table since); 0 of 100: up to 3.70 %."""
    some = share([(1, 1)] * 10 + [(0, 1)] * 90, of=10**9)
    none = share([(0, 1)] * 100, of=10**9)
    assert some is not None
    assert none is not None
    assert (round(some.low, 4), round(some.high, 4)) == (Decimal("0.0552"), Decimal("0.1744"))
    assert (none.value, none.low, round(none.high, 4)) == (Decimal(0), Decimal(0), Decimal("0.0370"))


def test_the_interval_of_a_ratio_by_hand() -> None:
    """y 1, 2, 3 over x 1, 1, 2, of 12 members: ratio 1.5, errors -0.5, 0.5, 0, spread 0.25, three quarters left out."""
    found = ratio([(Decimal(1), 1), (Decimal(2), 1), (Decimal(3), 2)], of=12)
    assert found is not None
    half = Decimal("1.959964") * (Decimal("0.25") / 3 * Decimal("0.75")).sqrt() / (Decimal(4) / 3)
    assert found.value == Decimal("1.5")
    assert found.high - found.value == pytest.approx(half)
    assert found.value - found.low == pytest.approx(half)


def test_nineteen_of_twenty_intervals_cover_the_whole() -> None:
    drawn = random.Random(4)
    people = [(Decimal(drawn.randrange(0, 40)), drawn.randrange(1, 9)) for _ in range(400)]
    yes = [(int(drawn.random() < 0.2), int(drawn.random() < 0.9)) for _ in range(400)]
    yes = [(a * b, b) for a, b in yes]
    covered = {"ratio": 0, "share": 0, "total": 0}
    for _ in range(400):
        places = drawn.sample(range(400), 100)
        for name, estimate, rows in (("ratio", ratio, people), ("share", share, yes), ("total", total, people)):
            whole = estimate(rows, of=400)
            found = estimate([rows[at] for at in places], of=400)
            assert whole is not None
            assert found is not None
            covered[name] += found.low <= whole.value <= found.high
    assert all(366 <= count <= 394 for count in covered.values()), covered
