"""Many tills set aside and settle at once: no point is promised twice, and each hold ends in one way."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

import pytest

from regulars.domain.ledger.contracts import Hold
from regulars.domain.ledger.queries import balances
from regulars.flows.hold_points import hold_points, release_hold, settle_hold
from regulars.flows.nightly_work import nightly_work
from tests.factories import Shop
from tests.flows.test_parallel import AtOnce, Task, at_once, codes, connections

__all__ = ["at_once", "connections"]
pytestmark = [pytest.mark.database, pytest.mark.slow, pytest.mark.capability("D3")]


def has(shop: Shop, member: UUID) -> tuple[int, int]:
    found = balances(shop.conn, owners=[member])[member, shop.point_type]
    return found.available, found.held


def test_of_64_holds_of_1000_on_5000_points_five_succeed(shop: Shop, at_once: AtOnce) -> None:
    for _ in range(5):
        member = shop.enrol()
        shop.buy(member, "5000.00")
        place: dict[str, Any] = {"programme_id": shop.programme.id, "member_id": member, "now": shop.now, "by": "tests"}

        results = at_once([partial(hold_points, **place, points=1000, purpose="") for _ in range(64)])

        assert codes(results) == {"done": 5, "not_enough_points": 59}
        assert has(shop, member) == (0, 5000)


def test_a_hold_ends_in_one_way(shop: Shop, at_once: AtOnce) -> None:
    for _ in range(5):
        member = shop.enrol()
        shop.buy(member, "500.00")
        place: dict[str, Any] = {"programme_id": shop.programme.id, "member_id": member, "now": shop.now, "by": "tests"}
        held = hold_points(shop.conn, **place, points=400, purpose="")
        which = place | {"hold_id": held.id}
        ways: list[Task] = [
            partial(settle_hold, **which, points=100),
            partial(settle_hold, **which, points=300),
            partial(release_hold, **which),
            partial(nightly_work, programme_id=shop.programme.id, now=held.expires_at),
        ]

        results = at_once(ways * 8)

        ends = {(each.state.name, each.settled) for each in results if isinstance(each, Hold)}
        assert len(ends) == 1
        ((_, settled),) = ends
        assert has(shop, member) == (500 - settled, 0)
        assert codes(results) == {"done": 16, "hold_not_open": 16}
