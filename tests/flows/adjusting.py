"""Short ways to give, take, decide and take back points in tests."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from regulars.domain.adjustments.contracts import Adjustment
from regulars.domain.adjustments.queries import used_on
from regulars.domain.rewards.contracts import RewardDraft
from regulars.flows.adjust_points import adjust_points
from regulars.flows.redeem_reward import redeem_reward
from regulars.flows.save_reward import save_reward
from regulars.kernel.errors import Refusal
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop

ADA, BEN, CEM = "ada@example.org", "ben@example.org", "cem@example.org"
TODAY = date(2026, 3, 2)
Act = Callable[..., Adjustment]


def rulebook(**policy: Any) -> dict[str, Any]:
    return copy.deepcopy(RULEBOOK) | {"adjustments": {"daily_limit": 1000, "approval_above": 500} | policy}


def adjust(shop: Shop, member: UUID, points: int, *, by: str = ADA, **fields: Any) -> Adjustment:
    wish = {"reason": "goodwill"} | fields
    return adjust_points(
        shop.conn, programme_id=shop.programme.id, member_id=member, points=points, now=shop.now, by=by, **wish
    )


def act(shop: Shop, verb: Act, found: Adjustment, *, by: str = ADA, **fields: Any) -> Adjustment:
    return verb(shop.conn, programme_id=shop.programme.id, adjustment_id=found.id, now=shop.now, by=by, **fields)


def used(shop: Shop, by: str = ADA, day: date = TODAY) -> int:
    return used_on(shop.conn, programme_id=shop.programme.id, by=by, day=day, point_type=shop.point_type)


def refused(shop: Shop, code: str, work: Callable[[], object]) -> Refusal:
    """The refusal, which must have this code and change nothing."""
    with nothing_changes(shop), pytest.raises(Refusal) as found:
        work()
    assert found.value.code == code
    return found.value


def spend(shop: Shop, member: UUID, price: int) -> None:
    code = f"reward-{price}"
    draft = RewardDraft(code=code, type="discount_voucher", name=code, price=price, parameters={"amount": "5.00"})
    reward = save_reward(shop.conn, draft, programme_id=shop.programme.id, now=shop.now, by="tests")
    redeem_reward(
        shop.conn, programme_id=shop.programme.id, member_id=member, reward_id=reward.id, now=shop.now, by="tests"
    )
