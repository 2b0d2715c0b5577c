"""Merging while others merge, buy and send."""

from __future__ import annotations

from functools import partial
from uuid import UUID

import pytest

from regulars.flows.merge_members import Merged, merge_members
from regulars.flows.process_events import process_events
from regulars.flows.undo_merge import undo_merge
from tests.factories import Shop
from tests.flows.test_parallel import AtOnce, Task, at_once, codes, connections

__all__ = ["at_once", "connections"]
pytestmark = [pytest.mark.database, pytest.mark.slow]


def merging(shop: Shop, kept: UUID, duplicate: UUID) -> Task:
    return partial(
        merge_members, programme_id=shop.programme.id, kept=kept, duplicate=duplicate, note="", now=shop.now, by="x"
    )  # fmt: skip


def buying(shop: Shop, member: UUID) -> Task:
    order = shop.order(member, "1.00")
    return lambda conn: process_events(conn, [order], programme_id=shop.programme.id, now=shop.now)[0].status


@pytest.mark.capability("E3")
def test_of_operators_who_merge_a_pair_both_ways_one_does(shop: Shop, at_once: AtOnce) -> None:
    for _ in range(5):
        ada, twin = shop.enrol(), shop.enrol()
        shop.buy(ada, "30.00")
        shop.buy(twin, "70.00")

        results = at_once([merging(shop, *((ada, twin) if n % 2 else (twin, ada))) for n in range(16)])

        assert codes(results) == {"done": 1, "member_merged": 15}
        assert sorted([shop.points(ada), shop.points(twin)]) == [0, 100]


@pytest.mark.capability("E3")
def test_orders_of_both_arrive_while_they_are_merged_and_taken_apart(shop: Shop, at_once: AtOnce) -> None:
    for _ in range(5):
        ada, twin = shop.enrol(), shop.enrol()
        orders = [buying(shop, member) for member in (ada, twin) for _ in range(12)]

        results = at_once([*orders[:12], merging(shop, ada, twin), *orders[12:]])

        (merged,) = (each for each in results if isinstance(each, Merged))
        assert [each for each in results if each is not merged] == [201] * 24
        assert (shop.points(ada), shop.points(twin)) == (24, 0)
        undo = partial(
            undo_merge, programme_id=shop.programme.id, member_id=ada, merge_id=merged.merge.id, now=shop.now, by="x"
        )
        more = [buying(shop, member) for member in (ada, twin) for _ in range(4)]
        assert codes(at_once([undo, *more, undo])) == {"done": 9, "merge_undone": 1}
        assert shop.points(ada) + shop.points(twin) == 32
