"""Many send points at once: nobody waits for ever, nothing is sent twice, limits are exact."""

from __future__ import annotations

from functools import partial
from uuid import UUID

import pytest

from regulars.database.pool import Connection
from regulars.flows.cancel_transfer import cancel_transfer
from regulars.flows.transfer_points import transfer_points
from tests.factories import RULEBOOK, Shop, open_shop
from tests.flows.conftest import AtOnce, Task, codes

pytestmark = [pytest.mark.database, pytest.mark.slow]


@pytest.fixture
def shop(conn: Connection) -> Shop:
    """Its members may send points; the connections of at_once work for it."""
    return open_shop(conn, RULEBOOK | {"transfers": {"allowed": True}})


def sending_points(shop: Shop, sender: UUID, receiver: UUID, points: int) -> Task:
    return partial(
        transfer_points, programme_id=shop.programme.id, sender=sender, receiver=receiver, points=points, now=shop.now,
        by="tests",
    )  # fmt: skip


def test_one_of_20_transfers_of_the_whole_balance_succeeds(shop: Shop, at_once: AtOnce) -> None:
    for _ in range(5):
        ada = shop.enrol()
        others = [shop.enrol() for _ in range(20)]
        shop.buy(ada, "100.00")

        results = at_once([sending_points(shop, ada, other, 100) for other in others])

        assert codes(results) == {"done": 1, "not_enough_points": 19}
        assert shop.points(ada) == 0
        assert sorted(shop.points(other) for other in others) == [0] * 19 + [100]


def test_64_transfers_back_and_forth_do_not_lock_one_another_out(shop: Shop, at_once: AtOnce) -> None:
    ada, ben = shop.enrol(), shop.enrol()
    for member in (ada, ben):
        shop.buy(member, "640.00")

    results = at_once([sending_points(shop, *((ada, ben) if n % 2 else (ben, ada)), 1 + n) for n in range(64)])

    assert codes(results) == {"done": 64}
    assert (shop.points(ada), shop.points(ben)) == (640 - 32, 640 + 32)


def test_rings_of_transfers_do_not_lock_one_another_out(shop: Shop, at_once: AtOnce) -> None:
    members = [shop.enrol() for _ in range(8)]
    for member in members:
        shop.buy(member, "100.00")

    results = at_once([sending_points(shop, members[n % 8], members[(n * 5 + 3) % 8], 7) for n in range(64) if n % 2])

    assert codes(results) == {"done": 32}
    assert sum(shop.points(member) for member in members) == 800


def test_the_limit_of_a_day_is_exact(shop: Shop, at_once: AtOnce) -> None:
    shop.publish(RULEBOOK | {"transfers": {"allowed": True, "per_day": 100}})
    ada = shop.enrol()
    others = [shop.enrol() for _ in range(32)]
    shop.buy(ada, "1000.00")

    results = at_once([sending_points(shop, ada, other, 7) for other in others])

    assert codes(results) == {"done": 14, "transfer_limit_reached": 18}
    assert shop.points(ada) == 1000 - 98


def test_a_transfer_is_either_taken_back_or_spent(shop: Shop, at_once: AtOnce) -> None:
    shop.publish(RULEBOOK | {"transfers": {"allowed": True, "cancel_within": "1 day"}})
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
