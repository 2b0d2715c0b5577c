"""How the price of an order is divided: points, then cards and account, then money. Always in the same order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import NamedTuple
from uuid import UUID

from regulars.domain.stored_value.contracts import Part, PartKind


class PointsThere(NamedTuple):
    """Points that may pay. worth: of one, in minor units of the currency; most: how much of the order they may pay."""

    available: int
    worth: Decimal
    most: int


def parts_of_price(
    total: int,
    *,
    points: PointsThere | None,
    cards: Sequence[tuple[UUID, int]],
    account: tuple[UUID, int] | None,
    cards_first: bool,
) -> tuple[Part, ...]:
    """The parts, which sum to the total; none is empty. cards: what is on each, in the order in which they are named.

    Points pay whole minor units: as few points as those need. 333 points at 0.5 cents pay 1.66.
    """
    found = list(_parts(total, points=points, cards=cards, account=account, cards_first=cards_first))
    assert sum(each.amount for each in found) == total, "the parts are the price"
    return tuple(found)


def _parts(
    total: int,
    *,
    points: PointsThere | None,
    cards: Sequence[tuple[UUID, int]],
    account: tuple[UUID, int] | None,
    cards_first: bool,
) -> Iterator[Part]:
    left = total
    if points is not None:
        worth = int((points.available * points.worth).to_integral_value(ROUND_FLOOR))
        paid = max(min(left, points.most, worth), 0)
        if paid:
            needed = int((paid / points.worth).to_integral_value(ROUND_CEILING))
            yield Part(PartKind.points, paid, points=needed)
            left -= paid
    purses = [(PartKind.card, owner, there) for owner, there in cards]
    mine = [] if account is None else [(PartKind.account, *account)]
    for kind, owner, there in [*purses, *mine] if cards_first else [*mine, *purses]:
        paid = min(left, there)
        if paid > 0:
            yield Part(kind, paid, owner=owner)
            left -= paid
    if left:
        yield Part(PartKind.money, left)
