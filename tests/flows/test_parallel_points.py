"""Many operators and many members move points at once: limits are exact, and each wish is done once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from regulars.domain.adjustments.contracts import Adjustment, AdjustmentState
from regulars.domain.adjustments.queries import used_on
from regulars.flows.adjust_points import adjust_points
from regulars.flows.approve_adjustment import approve_adjustment
from regulars.flows.cancel_transfer import cancel_transfer
from regulars.flows.decline_adjustment import decline_adjustment
from regulars.flows.reverse_adjustment import reverse_adjustment, undo_adjustment
from regulars.flows.transfer_points import transfer_points
from regulars.kernel.ids import new_id
from tests.factories import RULEBOOK, Shop
from tests.flows.test_parallel import AtOnce, Task, at_once, codes, connections

__all__ = ["at_once", "connections"]
pytestmark = [pytest.mark.database, pytest.mark.slow]


# ---- adjustments -----------------------------------------------------------------------------------


def adjusting(shop: Shop, member: UUID, points: int, **fields: Any) -> Task:
    wish: dict[str, Any] = {"reason": "goodwill", "now": shop.now, "by": "ada@example.org"} | fields
    return lambda conn: adjust_points(conn, programme_id=shop.programme.id, member_id=member, points=points, **wish)


def deciding(shop: Shop, verb: Callable[..., Any], found: Adjustment, *, by: str, **fields: Any) -> Task:
    return lambda conn: verb(
        conn, programme_id=shop.programme.id, adjustment_id=found.id, now=shop.now, by=by, **fields
    )


@pytest.mark.capability("E4")
def test_64_gifts_of_one_operator_stop_exactly_at_the_limit(shop: Shop, at_once: AtOnce) -> None:
    shop.publish(RULEBOOK | {"adjustments": {"daily_limit": 1000}})
    members = [shop.enrol() for _ in range(16)]

    results = at_once([adjusting(shop, members[n % 16], 100) for n in range(64)])

    assert codes(results) == {"done": 10, "daily_limit_reached": 54}
    assert sum(shop.points(member) for member in members) == 1000
    used = used_on(
        shop.conn, programme_id=shop.programme.id, by="ada@example.org", day=shop.now.date(), point_type=shop.point_type
    )
    assert used == 1000


@pytest.mark.capability("E4")
def test_one_of_many_decisions_counts(shop: Shop, at_once: AtOnce) -> None:
    shop.publish(RULEBOOK | {"adjustments": {"approval_above": 10}})
    for _ in range(5):
        member = shop.enrol()
        waiting = adjust_points(
            shop.conn, programme_id=shop.programme.id, member_id=member, points=100, reason="other", now=shop.now,
            by="ada@example.org",
        )  # fmt: skip

        results = at_once(
            [
                deciding(shop, approve_adjustment, waiting, by=f"{n}@example.org")
                if n % 2
                else deciding(shop, decline_adjustment, waiting, by=f"{n}@example.org", why="no")
                for n in range(16)
            ]
        )

        assert codes(results) == {"done": 1, "adjustment_decided": 15}
        (won,) = (result for result in results if isinstance(result, Adjustment))
        assert shop.points(member) == (100 if won.state is AdjustmentState.posted else 0)


@pytest.mark.capability("E4")
def test_a_form_sent_16_times_gives_once_and_is_taken_back_once(shop: Shop, at_once: AtOnce) -> None:
    member = shop.enrol()
    identifier = new_id(member.int & 0xFF)

    given = at_once([adjusting(shop, member, 100, identifier=identifier) for _ in range(16)])
    assert (len(set(given)), shop.points(member)) == (1, 100)
    shop.buy(member, "500.00")
    at_once(
        [
            deciding(shop, undo_adjustment if n % 2 else reverse_adjustment, given[0], by="ada@example.org")
            for n in range(16)
        ]
    )

    assert shop.points(member) == 500


# ---- points between members ----------------------------------------------------------------------------


def transfer_shop(shop: Shop, **terms: Any) -> Shop:
    shop.publish(RULEBOOK | {"transfers": {"allowed": True, **terms}})
    return shop


def sending_points(shop: Shop, sender: UUID, receiver: UUID, points: int) -> Task:
    return partial(
        transfer_points, programme_id=shop.programme.id, sender=sender, receiver=receiver, points=points, now=shop.now,
        by="tests",
    )  # fmt: skip


def test_one_of_20_transfers_of_the_whole_balance_succeeds(shop: Shop, at_once: AtOnce) -> None:
    shop = transfer_shop(shop)
    for _ in range(5):
        ada = shop.enrol()
        others = [shop.enrol() for _ in range(20)]
        shop.buy(ada, "100.00")

        results = at_once([sending_points(shop, ada, other, 100) for other in others])

        assert codes(results) == {"done": 1, "not_enough_points": 19}
        assert shop.points(ada) == 0
        assert sorted(shop.points(other) for other in others) == [0] * 19 + [100]


def test_64_transfers_back_and_forth_do_not_lock_one_another_out(shop: Shop, at_once: AtOnce) -> None:
    shop = transfer_shop(shop)
    ada, ben = shop.enrol(), shop.enrol()
    for member in (ada, ben):
        shop.buy(member, "640.00")

    results = at_once([sending_points(shop, *((ada, ben) if n % 2 else (ben, ada)), 1 + n) for n in range(64)])

    assert codes(results) == {"done": 64}
    assert (shop.points(ada), shop.points(ben)) == (640 - 32, 640 + 32)


def test_rings_of_transfers_do_not_lock_one_another_out(shop: Shop, at_once: AtOnce) -> None:
    shop = transfer_shop(shop)
    members = [shop.enrol() for _ in range(8)]
    for member in members:
        shop.buy(member, "100.00")

    results = at_once([sending_points(shop, members[n % 8], members[(n * 5 + 3) % 8], 7) for n in range(64) if n % 2])

    assert codes(results) == {"done": 32}
    assert sum(shop.points(member) for member in members) == 800


def test_the_limit_of_a_day_is_exact(shop: Shop, at_once: AtOnce) -> None:
    shop = transfer_shop(shop, per_day=100)
    ada = shop.enrol()
    others = [shop.enrol() for _ in range(32)]
    shop.buy(ada, "1000.00")

    results = at_once([sending_points(shop, ada, other, 7) for other in others])

    assert codes(results) == {"done": 14, "transfer_limit_reached": 18}
    assert shop.points(ada) == 1000 - 98


def test_a_transfer_is_either_taken_back_or_spent(shop: Shop, at_once: AtOnce) -> None:
    shop = transfer_shop(shop, cancel_within="1 day")
    for _ in range(10):
        ada, ben, cem = shop.enrol(), shop.enrol(), shop.enrol()
        shop.buy(ada, "100.00")
        sent = sending_points(shop, ada, ben, 100)(shop.conn)
        back = partial(
            cancel_transfer, programme_id=shop.programme.id, transfer_id=sent.id, now=shop.now, by="tests"
        )  # fmt: skip

        results = at_once([back] * 8 + [sending_points(shop, ben, cem, 100)] * 8)

        points = (shop.points(ada), shop.points(ben), shop.points(cem))
        if points == (100, 0, 0):
            assert codes(results) == {"done": 8, "not_enough_points": 8}
        else:
            assert points == (0, 0, 100)
            assert codes(results) == {"done": 1, "transfer_spent": 8, "not_enough_points": 7}
