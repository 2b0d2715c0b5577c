"""Many tills set aside and settle at once: no point is promised twice, and each hold ends in one way."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from regulars.domain.events.contracts import Event, PointsUsed
from regulars.domain.ledger.contracts import Hold
from regulars.domain.ledger.queries import balances
from regulars.flows.give_back_hold import give_back_hold
from regulars.flows.hold_points import hold_points, release_hold, settle_hold
from regulars.flows.nightly_work import nightly_work
from regulars.flows.process_events import process_events
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


def _order(shop: Shop, member: UUID, hold: UUID, points: int = 300) -> Event:
    return shop.order(member, "5.00", points_used=PointsUsed(points, Decimal("3.00"), hold=hold))


def _settled(results: list[Any]) -> list[str]:
    """201, or the code of the refusal, of orders that were sent alone."""
    told = [json.loads(each[0].body) for each in results if isinstance(each, list)]
    return sorted(each.get("code", each.get("status")) for each in told)


def test_of_20_orders_that_name_one_hold_one_wins(shop: Shop, at_once: AtOnce) -> None:
    for _ in range(5):
        member = shop.enrol()
        shop.buy(member, "400.00")
        place: dict[str, Any] = {"programme_id": shop.programme.id, "now": shop.now}
        held = hold_points(shop.conn, **place, member_id=member, by="tests", points=400, purpose="")
        orders = [_order(shop, member, held.id) for _ in range(20)]

        results = at_once([partial(process_events, events=[each], **place) for each in orders])

        assert _settled(results) == ["accepted"] + ["hold_not_open"] * 19
        assert has(shop, member) == (102, 0)  # 100 were not needed, and 2.00 of money earned
        # In one batch it is the same, and a repeat is the first answer.
        again = process_events(shop.conn, events=orders, **place)
        assert sorted(each.status for each in again) == [200] + [409] * 19


def test_an_order_and_the_till_do_not_both_settle(shop: Shop, at_once: AtOnce) -> None:
    for _ in range(5):
        member = shop.enrol()
        shop.buy(member, "400.00")
        place: dict[str, Any] = {"programme_id": shop.programme.id, "now": shop.now}
        by = place | {"member_id": member, "by": "tests"}
        held = hold_points(shop.conn, **by, points=400, purpose="")
        which = by | {"hold_id": held.id}
        ways: list[Task] = [
            partial(settle_hold, **which, points=300),
            partial(release_hold, **which),
            partial(give_back_hold, **which, reason="By mistake"),
        ]
        orders = [partial(process_events, events=[_order(shop, member, held.id)], **place) for _ in range(6)]

        results = at_once([*ways * 6, *orders])

        paid = sum(isinstance(each, list) and each[0].status == 201 for each in results)
        ends = {each.state.name for each in results if isinstance(each, Hold)}
        available, left = has(shop, member)
        assert left == 0
        assert paid <= 1
        if paid:
            assert (available, ends) == (102, set())
        elif "released" in ends:
            assert (available, ends) == (400, {"released"})
        else:
            assert available == (400 if "given_back" in ends else 100)


def test_an_order_that_is_refused_leaves_the_hold_open(shop: Shop) -> None:
    """Two orders of one batch name one hold, and the first is refused for another reason."""
    member = shop.enrol()
    shop.buy(member, "400.00")
    place: dict[str, Any] = {"programme_id": shop.programme.id, "now": shop.now}
    held = hold_points(shop.conn, **place, member_id=member, by="tests", points=400, purpose="")
    orders = [_order(shop, member, held.id, points) for points in (401, 400, 399)]

    results = process_events(shop.conn, events=orders, **place)

    assert [each.status for each in results] == [422, 201, 409]
    assert has(shop, member) == (2, 0)
