"""How a price is divided: to the cent, in one order, with as few points as it takes."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from regulars.domain.stored_value.contracts import PartKind
from regulars.domain.stored_value.paying import PointsThere, parts_of_price

ADA, FIRST, SECOND = UUID(int=1), UUID(int=2), UUID(int=3)


def shown(total: int, **fields: object) -> list[tuple[str, int, int]]:
    wish: dict[str, object] = {"points": None, "cards": [], "account": None, "cards_first": True} | fields
    return [(each.kind.name, each.amount, each.points) for each in parts_of_price(total, **wish)]  # type: ignore[arg-type]  # the fields of one call


def test_points_then_cards_then_account_then_money() -> None:
    points = PointsThere(500, Decimal(1), 10_000)
    means = {"points": points, "cards": [(FIRST, 1_000), (SECOND, 300)], "account": (ADA, 700)}
    assert shown(4_000, **means) == [
        ("points", 500, 500), ("card", 1000, 0), ("card", 300, 0), ("account", 700, 0), ("money", 1500, 0),
    ]  # fmt: skip
    assert shown(1_900, **means, cards_first=False) == [
        ("points", 500, 500), ("account", 700, 0), ("card", 700, 0),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("available", "worth", "most", "paid", "needed"),
    [
        (333, "0.5", 1000, 166, 332),
        (1000, "0.3", 1000, 300, 1000),
        (1000, "0.3", 100, 100, 334),
        (1, "0.5", 1000, 0, 0),
        (7, "250", 1000, 1000, 4),
        (0, "1", 1000, 0, 0),
    ],
)
def test_as_few_points_as_the_cents_need(available: int, worth: str, most: int, paid: int, needed: int) -> None:
    found = shown(1_000, points=PointsThere(available, Decimal(worth), most))
    assert found == [part for part in [("points", paid, needed), ("money", 1_000 - paid, 0)] if part[1]]


@given(
    total=some.integers(1, 10**6), available=some.integers(0, 10**6), worth=some.decimals("0.001", 500, places=3),
    most=some.integers(0, 10**6), cards=some.lists(some.integers(0, 10**5), max_size=3),
    account=some.integers(0, 10**5), cards_first=some.booleans(),
)  # fmt: skip
def test_the_parts_are_the_price(
    total: int, available: int, worth: Decimal, most: int, cards: list[int], account: int, cards_first: bool
) -> None:
    parts = parts_of_price(
        total, points=PointsThere(available, worth, most),
        cards=[(UUID(int=number), there) for number, there in enumerate(cards, 2)], account=(ADA, account),
        cards_first=cards_first,
    )  # fmt: skip
    assert sum(each.amount for each in parts) == total
    assert all(each.amount > 0 for each in parts)
    for each in parts:
        if each.kind is PartKind.points:
            assert each.points <= available
            assert each.amount <= each.points * worth < each.amount + worth
            assert each.amount <= most
