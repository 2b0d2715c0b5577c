"""Holds end by themselves: in time or not at all, and never at another programme's expense."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from regulars.domain.rewards.contracts import Redemption, RedemptionState, RewardDraft
from regulars.flows.nightly_work import nightly_work
from regulars.flows.redeem_reward import confirm_redemption, redeem_reward
from regulars.flows.save_reward import save_reward
from regulars.kernel.errors import Conflict
from tests.factories import Shop, open_shop

_MINUTES = timedelta(minutes=15)


def _held(shop: Shop, member: UUID) -> Redemption:
    draft = RewardDraft(
        code="five", type="discount_voucher", name="5 off", price=500, parameters={"amount": "5.00"}, stock=1
    )
    reward = save_reward(shop.conn, draft, programme_id=shop.programme.id, now=shop.now, by="tests")
    return redeem_reward(
        shop.conn,
        programme_id=shop.programme.id,
        member_id=member,
        reward_id=reward.id,
        now=shop.now,
        by="tests",
        hold_for=_MINUTES,
    )


def test_a_hold_that_is_over_cannot_be_confirmed(shop: Shop) -> None:
    member = shop.enrol()
    shop.buy(member, "600.00")
    held = _held(shop, member)
    shop.later(minutes=15)

    with pytest.raises(Conflict) as refused:
        confirm_redemption(shop.conn, programme_id=shop.programme.id, redemption_id=held.id, now=shop.now, by="tests")

    assert refused.value.code == "hold_expired"
    assert shop.points(member) == 100
    assert nightly_work(shop.conn, programme_id=shop.programme.id, now=shop.now).holds_released == 1
    assert shop.points(member) == 600


def test_nightly_work_releases_the_holds_of_its_own_programme_only(shop: Shop) -> None:
    other = open_shop(shop.conn)
    mine, theirs = shop.enrol(), other.enrol()
    for place, member in ((shop, mine), (other, theirs)):
        place.buy(member, "600.00")
        assert _held(place, member).state is RedemptionState.held
        place.later(minutes=15)

    assert nightly_work(shop.conn, programme_id=shop.programme.id, now=shop.now).holds_released == 1
    assert (shop.points(mine), other.points(theirs)) == (600, 100)
    assert nightly_work(other.conn, programme_id=other.programme.id, now=other.now).holds_released == 1
