"""The catalogue changes, and who changed it stays known."""

from __future__ import annotations

from regulars.domain.audit.contracts import programme_subject
from regulars.domain.audit.queries import acts_about
from regulars.domain.rewards.contracts import RewardDraft
from regulars.flows.save_reward import save_reward
from tests.factories import Shop


def _save(shop: Shop, price: int, *, by: str, reward_id: int | None = None) -> int:
    draft = RewardDraft(code="five", type="discount_voucher", name="5 off", price=price, parameters={"amount": "5.00"})
    saved = save_reward(shop.conn, draft, programme_id=shop.programme.id, now=shop.now, by=by, reward_id=reward_id)
    return saved.id


def test_who_added_and_changed_a_reward_is_recorded(shop: Shop) -> None:
    added = _save(shop, 500, by="ann")
    assert _save(shop, 400, by="ben", reward_id=added) == added

    acts = acts_about(shop.conn, subject=programme_subject(shop.programme.id))
    said = [(act.by, act.action, act.details["price"]) for act in acts if act.action.startswith("reward.")]
    assert said == [("ben", "reward.changed", 400), ("ann", "reward.added", 500)]
