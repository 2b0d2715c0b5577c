"""Discounts on an order, to the cent."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.domain.vouchers.arithmetic import Combining, Discount, Worked, allocate, work_out

TEN = Discount("ten", percent=Decimal(10))
TWENTY_OFF = Discount("twenty", amount=2000)
QUARTER = Discount("quarter", percent=Decimal(25))


def amounts(worked: Worked) -> list[int]:
    return [each.amount for each in worked.given]


def whys(worked: Worked) -> list[str]:
    return [each.why for each in worked.given]


@pytest.mark.parametrize(
    ("mode", "left", "each"),
    [
        ("sequential", 12000, [2000, 2000, 4000]),
        ("initial", 11000, [2000, 2000, 5000]),
        ("highest", 15000, [0, 0, 5000]),
    ],
)
def test_the_example_of_the_specification(mode: str, left: int, each: list[int]) -> None:
    worked = work_out([20000], [TEN, TWENTY_OFF, QUARTER], Combining(mode))  # type: ignore[arg-type]  # of the table
    assert worked.lines == (left,)
    assert amounts(worked) == each


def test_shares_go_by_largest_remainder() -> None:
    worked = work_out([333, 333, 334], [Discount("a", amount=100)], Combining())
    assert worked.given[0].shares == (33, 33, 34)
    worked = work_out([100, 100, 100], [Discount("a", amount=100)], Combining())
    assert worked.given[0].shares == (34, 33, 33)


def test_half_a_cent_is_rounded_up() -> None:
    assert work_out([105], [TEN], Combining()).amount == 11
    assert work_out([104], [TEN], Combining()).amount == 10


def test_only_chosen_lines_pay_less() -> None:
    worked = work_out([1000, 3000], [Discount("a", percent=Decimal(50), lines=frozenset({1}))], Combining())
    assert worked.given[0].shares == (0, 1500)


def test_a_cap_of_the_code_and_of_the_order() -> None:
    assert work_out([10000], [Discount("a", percent=Decimal(50), most=1500)], Combining()).amount == 1500
    worked = work_out([20000], [TEN, TWENTY_OFF, QUARTER], Combining(most_off=3000))
    assert (amounts(worked), whys(worked)) == ([2000, 1000, 0], ["", "", "most_off"])
    worked = work_out([20000], [TEN, TWENTY_OFF, QUARTER], Combining(most_percent=Decimal(5)))
    assert worked.amount == 1000


def test_a_cap_on_the_number() -> None:
    worked = work_out([20000], [TEN, TWENTY_OFF, QUARTER], Combining(most_codes=2))
    assert (amounts(worked), whys(worked)) == ([2000, 2000, 0], ["", "", "too_many"])
    worked = work_out([20000], [TEN, TWENTY_OFF, QUARTER], Combining("initial", most_codes=1))
    assert amounts(worked) == [0, 0, 5000]


def test_what_changes_nothing_is_not_counted_among_the_codes() -> None:
    nothing = Discount("n", amount=500, lines=frozenset({7}))
    worked = work_out([20000], [nothing, TEN], Combining(most_codes=1))
    assert (amounts(worked), whys(worked)) == ([0, 2000], ["no_lines", ""])


def test_the_second_code_finds_nothing_left() -> None:
    worked = work_out([1000], [Discount("a", amount=5000), TEN], Combining())
    assert (amounts(worked), whys(worked)) == ([1000, 0], ["", "nothing_left"])
    assert worked.lines == (0,)


def test_of_one_group_the_best_counts() -> None:
    one, two = (Discount(key, percent=Decimal(off), group="spring") for key, off in (("a", 10), ("b", 20)))
    worked = work_out([10000], [one, two, TWENTY_OFF], Combining())
    assert (amounts(worked), whys(worked)) == ([0, 2000, 2000], ["group", "", ""])


def test_a_code_that_stands_alone_counts_where_it_gives_more() -> None:
    alone = Discount("alone", percent=Decimal(30), alone=True)
    assert amounts(work_out([20000], [alone, TEN, TWENTY_OFF], Combining())) == [6000, 0, 0]
    worked = work_out([20000], [alone, QUARTER, TWENTY_OFF], Combining())
    assert (amounts(worked), whys(worked)) == ([0, 5000, 2000], ["not_combined", "", ""])


def test_free_shipping_is_worth_the_shipping() -> None:
    free = Discount("free", shipping=True)
    worked = work_out([1000], [free, TEN], Combining(), shipping=490)
    assert (amounts(worked), worked.shipping, worked.lines) == ([490, 100], 0, (900,))
    assert whys(work_out([1000], [free], Combining())) == ["no_shipping"]


def test_lines_below_zero_take_no_part() -> None:
    worked = work_out([1000, -200], [TEN], Combining())
    assert (worked.amount, worked.lines) == (100, (900, -200))


discounts = st.lists(
    st.builds(
        lambda percent, amount, lines, most, shipping, group, alone: (
            percent,
            amount,
            lines,
            most,
            shipping,
            group,
            alone,
        ),
        st.none() | st.decimals(min_value="0.01", max_value=100, places=2),
        st.integers(1, 5000),
        st.none() | st.frozensets(st.integers(0, 5)),
        st.none() | st.integers(1, 3000),
        st.booleans(),
        st.sampled_from(["", "", "g"]),
        st.sampled_from([False, False, False, True]),
    ),
    max_size=5,
).map(
    lambda found: [
        Discount(f"c{n}", each[0], None if each[0] is not None else each[1], *each[2:]) for n, each in enumerate(found)
    ]
)
combinings = st.builds(
    Combining,
    st.sampled_from(["sequential", "initial", "highest"]),
    st.none() | st.integers(1, 4),
    st.none() | st.integers(0, 5000),
    st.none() | st.decimals(min_value=0, max_value=100, places=1),
)
orders = st.lists(st.integers(-500, 20_000), min_size=1, max_size=6)


@given(orders, discounts, combinings, st.integers(0, 900))
def test_every_cent_is_accounted_for(lines: list[int], offered: list[Discount], how: Combining, shipping: int) -> None:
    worked = work_out(lines, offered, how, shipping=shipping)

    assert [each.key for each in worked.given] == [each.key for each in offered]
    for each in worked.given:
        assert each.amount == sum(each.shares) + each.shipping
        assert min(each.shares, default=0) >= 0
        assert (each.amount == 0) == bool(each.why)
    for place, line in enumerate(lines):
        off = sum(each.shares[place] for each in worked.given)
        assert off <= max(line, 0)
        assert worked.lines[place] == line - off
    assert worked.amount == sum(each.amount for each in worked.given)
    assert worked.shipping == shipping - sum(each.shipping for each in worked.given) >= 0
    if how.most_off is not None:
        assert worked.amount <= how.most_off
    if how.most_codes is not None:
        assert sum(each.amount > 0 for each in worked.given) <= how.most_codes
    for discount, each in zip(offered, worked.given, strict=True):
        assert discount.most is None or sum(each.shares) <= discount.most
        if discount.lines is not None:
            assert all(share == 0 for n, share in enumerate(each.shares) if n not in discount.lines)


@given(orders, discounts, combinings, st.integers(0, 900), st.randoms(use_true_random=False))
def test_who_is_named_first_matters_in_one_mode_only(
    lines: list[int], offered: list[Discount], how: Combining, shipping: int, mixer: random.Random
) -> None:
    if how.mode == "sequential":
        return
    mixed = mixer.sample(offered, len(offered))
    first, second = (work_out(lines, each, how, shipping=shipping) for each in (offered, mixed))
    assert {each.key: each for each in first.given} == {each.key: each for each in second.given}
    assert (first.amount, first.lines) == (second.amount, second.lines)


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), max_size=8), st.integers(0, 5000))
def test_an_allocation_sums_and_stays_within_its_limits(parts: list[tuple[int, int]], amount: int) -> None:
    weights, limits = [a + b for a, b in parts], [b for _, b in parts]
    amount = min(amount, sum(limits))
    shares = allocate(amount, weights, limits)
    assert sum(shares) == amount
    assert all(0 <= share <= limit for share, limit in zip(shares, limits, strict=True))
