"""The catalogue changes, and who changed it stays known."""

from __future__ import annotations

from regulars.domain.audit.contracts import programme_subject
from regulars.domain.audit.queries import acts_about
from regulars.domain.rewards.contracts import RewardDraft
from regulars.flows.save_reward import save_reward
from tests.factories import Shop

_DRAFT = RewardDraft(code="five", type="discount_voucher", name="5 off", price=500, parameters={"amount": "5.00"})


def test_who_added_and_changed_a_reward_is_recorded(shop: Shop) -> None:
    place = {"programme_id": shop.programme.id, "now": shop.now}
    added = save_reward(shop.conn, _DRAFT, **place, by="ann")
    cheaper = RewardDraft(**{name: getattr(_DRAFT, name) for name in _DRAFT.__slots__} | {"price": 400})
    save_reward(shop.conn, cheaper, **place, by="ben", reward_id=added.id)

    acts = acts_about(shop.conn, subject=programme_subject(shop.programme.id))
    said = [(act.by, act.action, act.details["price"]) for act in acts if act.action.startswith("reward.")]
    assert said == [("ben", "reward.changed", 400), ("ann", "reward.added", 500)]
