"""Adjustments are taken back: for ten seconds as if they had never been, and for ever by a reversal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from regulars.domain.adjustments.contracts import AdjustmentState
from regulars.domain.ledger.queries import entries, expiring
from regulars.flows.approve_adjustment import approve_adjustment
from regulars.flows.decline_adjustment import decline_adjustment
from regulars.flows.expire_points import expire_points
from regulars.flows.reverse_adjustment import reverse_adjustment, undo_adjustment
from tests.books import nothing_changes
from tests.factories import Shop, open_shop
from tests.flows.adjusting import ADA, BEN, CEM, act, adjust, refused, rulebook, spend, used

pytestmark = pytest.mark.capability("E4")


@pytest.fixture
def shop(conn: Any) -> Shop:
    """One operator moves up to 1,000 points a day, and more than 500 at once need a second person."""
    return open_shop(conn, rulebook())


# ---- undo, for ten seconds -------------------------------------------------------------------------


@pytest.mark.parametrize("points", [300, -300])
def test_what_is_undone_in_time_never_was(shop: Shop, points: int) -> None:
    member = shop.enrol()
    shop.buy(member, "400.00")
    before = expiring(shop.conn, owner=member, point_type=shop.point_type)
    done = adjust(shop, member, points)
    shop.later(seconds=10)

    undone = act(shop, undo_adjustment, done)

    assert (undone.state, undone.reversed_points, undone.reversed_by) == (AdjustmentState.undone, 300, ADA)
    assert (shop.points(member), used(shop)) == (400, 0)
    assert sum(each.points for each in expiring(shop.conn, owner=member, point_type=shop.point_type)) == 400
    if points < 0:
        assert expiring(shop.conn, owner=member, point_type=shop.point_type) == before
    with nothing_changes(shop):
        assert act(shop, undo_adjustment, done) == undone
        assert act(shop, reverse_adjustment, done, by=BEN) == undone


def test_after_ten_seconds_it_is_too_late_and_can_be_reversed(shop: Shop) -> None:
    done = adjust(shop, shop.enrol(), 300)
    shop.now += timedelta(seconds=10, microseconds=1)

    found = refused(shop, "undo_too_late", lambda: act(shop, undo_adjustment, done))

    assert "Reverse it instead" in found.remedy
    assert act(shop, reverse_adjustment, done).state is AdjustmentState.reversed
    assert used(shop) == 300


def test_only_who_posted_it_undoes_it(shop: Shop) -> None:
    member = shop.enrol()
    alone, waiting = adjust(shop, member, 100), adjust(shop, member, 600)
    refused(shop, "not_yours_to_undo", lambda: act(shop, undo_adjustment, alone, by=BEN))
    refused(shop, "adjustment_not_posted", lambda: act(shop, undo_adjustment, waiting))
    approved = act(shop, approve_adjustment, waiting, by=BEN)
    refused(shop, "not_yours_to_undo", lambda: act(shop, undo_adjustment, approved))

    act(shop, undo_adjustment, approved, by=BEN)

    assert (shop.points(member), used(shop)) == (100, 100)
    refused(shop, "adjustment_decided", lambda: act(shop, undo_adjustment, approved))


def test_a_gift_that_is_partly_spent_is_not_undone(shop: Shop) -> None:
    member = shop.enrol()
    done = adjust(shop, member, 300)
    spend(shop, member, 100)
    refused(shop, "not_enough_points", lambda: act(shop, undo_adjustment, done))


# ---- reversal, for ever ----------------------------------------------------------------------------


def test_a_gift_is_taken_back_within_the_balance_and_once(shop: Shop) -> None:
    member = shop.enrol()
    done = adjust(shop, member, 300)
    spend(shop, member, 100)
    shop.later(days=200)

    back = act(shop, reverse_adjustment, done, by=BEN)

    assert (back.state, back.reversed_points, back.reversed_by) == (AdjustmentState.reversed, 200, BEN)
    assert shop.points(member) == 0
    shop.buy(member, "90.00")
    with nothing_changes(shop):
        assert act(shop, reverse_adjustment, done, by=CEM) == back
    assert shop.points(member) == 90


def test_a_gift_that_is_gone_is_not_taken_from_other_points(shop: Shop) -> None:
    spent, ran_out = shop.enrol(), shop.enrol()
    first, second = adjust(shop, spent, 100), adjust(shop, ran_out, 100)
    spend(shop, spent, 100)
    refused(shop, "nothing_to_take_back", lambda: act(shop, reverse_adjustment, first))
    shop.later(days=400)
    shop.buy(ran_out, "80.00")
    # Expired in the same call, and expired by an earlier night: both times nothing of the gift is left.
    refused(shop, "nothing_to_take_back", lambda: act(shop, reverse_adjustment, second))
    expire_points(shop.conn, programme_id=shop.programme.id, now=shop.now)
    refused(shop, "nothing_to_take_back", lambda: act(shop, reverse_adjustment, second))
    assert shop.points(ran_out) == 80


def test_what_was_taken_goes_back_to_its_lots(shop: Shop) -> None:
    member = shop.enrol()
    shop.buy(member, "100.00")
    shop.later(days=40)
    shop.buy(member, "100.00")
    before = expiring(shop.conn, owner=member, point_type=shop.point_type)
    done = adjust(shop, member, -150)
    shop.later(days=30)

    act(shop, reverse_adjustment, done)

    assert expiring(shop.conn, owner=member, point_type=shop.point_type) == before
    assert shop.points(member) == 200


def test_what_comes_back_too_late_expires_in_the_same_posting(shop: Shop) -> None:
    member = shop.enrol()
    shop.buy(member, "100.00")
    done = adjust(shop, member, -60)
    shop.later(days=500)
    expire_points(shop.conn, programme_id=shop.programme.id, now=shop.now)

    act(shop, reverse_adjustment, done)

    moves = [each.points for each in entries(shop.conn, owner=member, point_type=shop.point_type)]
    assert moves == [-60, 60, -40, -60, 100]


def test_what_never_moved_points_is_not_reversed(shop: Shop) -> None:
    member = shop.enrol()
    waiting, declined = adjust(shop, member, 600), adjust(shop, member, 700)
    act(shop, decline_adjustment, declined, by=BEN, why="no")
    for found in (waiting, declined):
        refused(shop, "adjustment_not_posted", lambda: act(shop, reverse_adjustment, found))  # noqa: B023  # called at once
    other = open_shop(shop.conn)
    refused(other, "adjustment_not_found", lambda: act(other, reverse_adjustment, waiting))


# ---- a lot of its own, and below zero --------------------------------------------------------------


def test_a_gift_is_taken_back_from_its_own_lot_first(shop: Shop) -> None:
    member = shop.enrol()
    shop.buy(member, "100.00")
    shop.later(days=40)
    done = adjust(shop, member, 100)
    shop.later(days=40)
    shop.buy(member, "100.00")
    before = expiring(shop.conn, owner=member, point_type=shop.point_type)

    act(shop, reverse_adjustment, done)

    after = expiring(shop.conn, owner=member, point_type=shop.point_type)
    # The first lot expires sooner and would pay first; the gift is what goes.
    assert [each.points for each in before] == [100, 100, 100]
    assert after == [before[0], before[2]]


def test_below_zero_only_where_the_rulebook_allows_it(conn: Any) -> None:
    shop = open_shop(conn, rulebook(may_overdraw=True))
    member = shop.enrol()
    shop.buy(member, "50.00")
    before = expiring(shop.conn, owner=member, point_type=shop.point_type)

    taken = adjust(shop, member, -80)
    assert shop.points(member) == -30
    act(shop, reverse_adjustment, taken)
    assert shop.points(member) == 50
    assert expiring(shop.conn, owner=member, point_type=shop.point_type) == before

    taken = adjust(shop, member, -80)
    shop.buy(member, "100.00")
    assert shop.points(member) == 70
    act(shop, reverse_adjustment, taken)
    assert shop.points(member) == 150

    gift = adjust(shop, member, 200)
    spend(shop, member, 300)
    assert act(shop, reverse_adjustment, gift).reversed_points == 200
    assert shop.points(member) == -150
    assert adjust(shop, member, -600).state is AdjustmentState.waiting


def test_undoing_a_gift_that_paid_off_a_deficit_brings_the_deficit_back(conn: Any) -> None:
    shop = open_shop(conn, rulebook(may_overdraw=True))
    member = shop.enrol()
    adjust(shop, member, -30)
    shop.publish(rulebook(), effective_from=shop.now)
    gift = adjust(shop, member, 100)
    assert shop.points(member) == 70

    act(shop, undo_adjustment, gift)

    assert shop.points(member) == -30
