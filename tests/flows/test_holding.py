"""Points that a till sets aside: settled wholly or in part, let go, and past their time; refused without a trace."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from regulars.domain.ledger.contracts import HoldState
from regulars.domain.ledger.queries import balances
from regulars.domain.rewards.contracts import RewardDraft
from regulars.flows.block_member import block_member
from regulars.flows.hold_points import hold_points, release_hold, settle_hold
from regulars.flows.nightly_work import nightly_work
from regulars.flows.redeem_reward import redeem_reward
from regulars.flows.save_reward import save_reward
from regulars.kernel.errors import Refusal
from tests.books import nothing_changes
from tests.factories import Shop, open_shop

pytestmark = [pytest.mark.database, pytest.mark.capability("D3")]


def place(shop: Shop, member: UUID) -> dict[str, Any]:
    return {"programme_id": shop.programme.id, "member_id": member, "now": shop.now, "by": "tests"}


def _rich(shop: Shop) -> UUID:
    member = shop.enrol()
    shop.buy(member, "500.00")
    return member


def _has(shop: Shop, member: UUID) -> tuple[int, int]:
    found = balances(shop.conn, owners=[member])[member, shop.point_type]
    return found.available, found.held


def test_a_part_is_settled_and_the_rest_comes_back(shop: Shop) -> None:
    member = _rich(shop)
    held = hold_points(shop.conn, **place(shop, member), points=400, purpose="Order 7")
    assert (held.state, held.released, held.purpose, held.by) == (HoldState.open, 0, "Order 7", "tests")
    assert _has(shop, member) == (100, 400)

    done = settle_hold(shop.conn, **place(shop, member), hold_id=held.id, points=150)

    assert (done.state, done.settled, done.released) == (HoldState.settled, 150, 250)
    assert _has(shop, member) == (350, 0)
    with nothing_changes(shop):
        assert settle_hold(shop.conn, **place(shop, member), hold_id=held.id, points=150) == done


def test_after_its_time_it_is_let_go_by_the_night_of_its_own_programme(shop: Shop) -> None:
    other = open_shop(shop.conn)
    held = []
    for each in (shop, other):
        member = _rich(each)
        held.append((each, member, hold_points(each.conn, **place(each, member), points=400, purpose="")))
        each.later(minutes=15)
    (_, mine, hold), (_, theirs, _) = held

    with nothing_changes(shop), pytest.raises(Refusal) as refused:
        settle_hold(shop.conn, **place(shop, mine), hold_id=hold.id)
    assert refused.value.code == "hold_expired"
    assert nightly_work(shop.conn, programme_id=shop.programme.id, now=shop.now).holds_released == 1
    assert (_has(shop, mine), _has(other, theirs)) == ((500, 0), (100, 400))
    assert nightly_work(shop.conn, programme_id=shop.programme.id, now=shop.now).holds_released == 0


@pytest.mark.parametrize(
    ("code", "wish"),
    [
        ("not_enough_points", {"points": 501}),
        ("bad_hold", {"points": 0}),
        ("bad_hold", {"points": -5}),
        ("bad_hold", {"points": 1_000_000_001}),
        ("bad_hold", {"lasts": timedelta(seconds=59)}),
        ("bad_hold", {"lasts": timedelta(days=30, seconds=1)}),
        ("unknown_point_type", {"point_type": "miles"}),
        ("text_too_long", {"purpose": "x" * 201}),
        ("member_not_found", {"member_id": UUID(int=7)}),
    ],
)
def test_what_cannot_be_set_aside(shop: Shop, code: str, wish: dict[str, Any]) -> None:
    member = _rich(shop)
    with nothing_changes(shop), pytest.raises(Refusal) as refused:
        hold_points(shop.conn, **(place(shop, member) | {"points": 10, "purpose": ""} | wish))
    assert refused.value.code == code


def test_what_cannot_be_settled_or_let_go(shop: Shop) -> None:
    member, other = _rich(shop), shop.enrol()
    held = hold_points(shop.conn, **place(shop, member), points=100, purpose="")
    draft = RewardDraft("five", "discount_voucher", "5 off", 50, parameters={"amount": "5.00"})
    reward = save_reward(shop.conn, draft, programme_id=shop.programme.id, now=shop.now, by="tests")
    reserved = redeem_reward(
        shop.conn, **place(shop, member), reward_id=reward.id, hold_for=timedelta(minutes=15)
    ).hold_id  # fmt: skip
    assert reserved is not None

    def refused(verb: Any, member: UUID, hold: UUID, **fields: Any) -> str:
        with nothing_changes(shop), pytest.raises(Refusal) as no:
            verb(shop.conn, **place(shop, member), hold_id=hold, **fields)
        return no.value.code

    assert refused(settle_hold, member, held.id, points=101) == "bad_settlement"
    assert refused(settle_hold, member, held.id, points=0) == "bad_settlement"
    assert refused(settle_hold, other, held.id) == "hold_not_found"
    assert refused(settle_hold, UUID(int=7), held.id) == "member_not_found"
    # What a redemption has set aside ends with the redemption.
    assert refused(settle_hold, member, reserved) == "hold_not_found"
    assert refused(release_hold, member, reserved) == "hold_not_found"

    block_member(
        shop.conn, programme_id=shop.programme.id, member_id=member, reason="x", now=shop.now, by="tests"
    )  # fmt: skip
    assert refused(settle_hold, member, held.id) == "member_blocked"
    with nothing_changes(shop), pytest.raises(Refusal) as no:
        hold_points(shop.conn, **place(shop, member), points=1, purpose="")
    assert no.value.code == "member_blocked"
    released = release_hold(shop.conn, **place(shop, member), hold_id=held.id)
    assert released.state is HoldState.released
    assert refused(settle_hold, member, held.id) == "hold_not_open"
