"""Debit orders: every price is paid exactly, nobody pays more than they have, and it never depends on chance."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.domain.households.contracts import SharesRefused
from regulars.domain.households.debit_order import Purse, debit_orders

FOUNDED = datetime(2026, 1, 1, tzinfo=UTC)


def purse(number: int, spendable: int, *, joined: int | None = None) -> Purse:
    return Purse(UUID(int=number), spendable, FOUNDED + timedelta(days=number if joined is None else joined))


def paid(order: str, amount: int, *spendable: int, spender: int = 1, chosen: dict[int, int] | None = None) -> list[int]:
    """What each of the purses pays, in the order in which they joined."""
    purses = [purse(number, each) for number, each in enumerate(spendable, 1)]
    named = None if chosen is None else {UUID(int=number): points for number, points in chosen.items()}
    shares = debit_orders()[order].plan(amount, purses, spender=UUID(int=spender), chosen=named)
    return [shares.get(each.member, 0) for each in purses]


@st.composite
def pools(draw: st.DrawFn) -> tuple[int, list[Purse], UUID]:
    points = draw(st.lists(st.integers(0, 10**9), min_size=1, max_size=20).filter(any))
    purses = [purse(number, each, joined=draw(st.integers(0, 3))) for number, each in enumerate(points)]
    return draw(st.integers(1, sum(points))), purses, draw(st.sampled_from(purses)).member


@pytest.mark.parametrize("order", ["own_first", "proportional"])
@given(pool=pools(), random=st.randoms())
def test_the_price_is_paid_by_those_who_have_it(
    order: str, pool: tuple[int, list[Purse], UUID], random: Random
) -> None:
    amount, purses, spender = pool
    shares = debit_orders()[order].plan(amount, purses, spender=spender, chosen=None)

    assert sum(shares.values()) == amount
    have = {each.member: each.spendable for each in purses}
    assert all(0 < points <= have[member] for member, points in shares.items())
    mixed = random.sample(purses, len(purses))
    assert debit_orders()[order].plan(amount, mixed, spender=spender, chosen=None) == shares


@given(pool=pools())
def test_proportional_is_never_a_point_away_from_the_exact_share(pool: tuple[int, list[Purse], UUID]) -> None:
    amount, purses, spender = pool
    shares = debit_orders()["proportional"].plan(amount, purses, spender=spender, chosen=None)
    total = sum(each.spendable for each in purses)

    for each in purses:
        assert abs(shares.get(each.member, 0) * total - amount * each.spendable) < total


def test_of_equal_remainders_who_joined_first_pays() -> None:
    assert paid("proportional", 100, 100, 100, 100) == [34, 33, 33]
    assert paid("proportional", 200, 100, 100, 100, spender=3) == [67, 67, 66]


def test_the_largest_remainder_pays() -> None:
    assert paid("proportional", 10, 1, 6, 8) == [1, 4, 5]  # 0.67, 4, 5.33


def test_own_points_first_then_by_the_day_they_joined() -> None:
    assert paid("own_first", 250, 100, 200, 100, spender=3) == [100, 50, 100]
    assert paid("own_first", 80, 100, 200, 100, spender=3) == [0, 0, 80]


def test_chosen_does_as_it_is_told() -> None:
    assert paid("chosen", 150, 200, 100, chosen={1: 100, 2: 50}) == [100, 50]
    assert paid("chosen", 150, 200, 100) == [150, 0]


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        ({1: 100, 2: 40}, "shares_do_not_add_up"),
        ({1: 40, 2: 110}, "share_above_purse"),
        ({1: 140, 9: 10}, "share_above_purse"),
        ({1: 160, 2: -10}, "shares_below_zero"),
    ],
)
def test_chosen_refuses_what_cannot_be(chosen: dict[int, int], code: str) -> None:
    with pytest.raises(SharesRefused) as refused:
        paid("chosen", 150, 200, 100, chosen=chosen)
    assert refused.value.code == code
