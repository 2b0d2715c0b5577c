"""On which terms rewards are offered: what cannot be is refused, and what was given stays given."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from regulars.domain.rewards.contracts import Redemption, Reward, RewardDraft
from regulars.domain.rewards.queries import given
from regulars.domain.rewards.terms import OfferTerms, offer_terms
from regulars.flows.quote_reward import quote_reward, quote_rewards
from regulars.flows.redeem_reward import redeem_reward
from regulars.flows.reverse_redemption import release_past_holds, reverse_redemption
from regulars.flows.save_reward import save_reward
from regulars.insight.rewards_in_reach import Reach, reach_of
from regulars.kernel.errors import Refusal
from tests.books import findings, nothing_changes
from tests.factories import Shop

pytestmark = [pytest.mark.database, pytest.mark.capability("D3")]


def _save(shop: Shop, terms: OfferTerms, reward_id: int | None = None) -> Reward:
    draft = RewardDraft("five", "discount_voucher", "5 off", 10, parameters={"amount": "5.00"}, terms=terms)
    return save_reward(shop.conn, draft, programme_id=shop.programme.id, now=shop.now, by="ann", reward_id=reward_id)


def _redeem(shop: Shop, member: UUID, reward: Reward, **fields: Any) -> Redemption:
    return redeem_reward(
        shop.conn, programme_id=shop.programme.id, member_id=member, reward_id=reward.id, now=shop.now, by="tests",
        **fields,
    )  # fmt: skip


def _given(shop: Shop, reward: Reward) -> dict[str, int]:
    return given(shop.conn, programme_id=shop.programme.id, reward_ids=[reward.id]).get(reward.id, {})


@pytest.fixture
def member(shop: Shop) -> UUID:
    member = shop.enrol()
    shop.buy(member, "100.00")
    return member


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"limit_total": 0}, "terms.limit_total"),
        ({"stores": {"Main Street": -1}}, "terms.stores.Main Street"),
        ({"first_day": "2026-03-02", "last_day": "2026-03-01"}, "terms"),
        ({"sometimes": True}, "terms.sometimes"),
    ],
)
def test_terms_that_do_not_fit_are_refused(document: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        offer_terms(document)
    assert (refused.value.code, refused.value.field) == ("bad_offer_terms", field)


def test_terms_are_kept_as_they_were_written() -> None:
    written = {"limit_total": 3, "stores": {"Main Street": 2}, "when": {"field": "member.orders", "at_least": 1}}
    assert offer_terms(offer_terms(written).document()).document() == written
    assert OfferTerms().document() == {}


def test_a_limit_below_what_is_given_or_set_aside_is_refused(shop: Shop, member: UUID) -> None:
    reward = _save(shop, OfferTerms(limit_total=5, stores={"Main Street": 5}))
    _redeem(shop, member, reward, store="Main Street")
    _redeem(shop, member, reward, store="Main Street", hold_for=timedelta(minutes=15))
    for terms, field in (
        (OfferTerms(limit_total=1), "terms.limit_total"),
        (OfferTerms(stores={"Main Street": 1}), "terms.stores"),
    ):
        with nothing_changes(shop), pytest.raises(Refusal, match="2 of '5 off'") as refused:
            _save(shop, terms, reward.id)
        assert (refused.value.code, refused.value.field) == ("less_than_given", field)

    _save(shop, OfferTerms(limit_total=2, stores={"Main Street": 2}), reward.id)
    with nothing_changes(shop), pytest.raises(Refusal) as refused:
        _redeem(shop, member, reward, store="Main Street")
    assert refused.value.code == "out_of_stock"


def test_what_is_undone_or_runs_out_counts_no_more(shop: Shop, member: UUID) -> None:
    reward = _save(shop, OfferTerms(limit_total=2, limit_per_day=2, stores={"Main Street": 2}))
    done = _redeem(shop, member, reward, store="Main Street")
    _redeem(shop, member, reward, store="Main Street", hold_for=timedelta(minutes=15))
    assert set(_given(shop, reward).values()) == {2}
    # The limits that the reward had then are what is given back, whatever it has by now.
    _save(shop, OfferTerms(), reward.id)
    reverse_redemption(shop.conn, programme_id=shop.programme.id, redemption_id=done.id, now=shop.now, by="tests")
    later = shop.now + timedelta(minutes=16)
    assert release_past_holds(shop.conn, programme_id=shop.programme.id, now=later) == 1
    assert set(_given(shop, reward).values()) == {0}
    assert findings(shop.conn, shop.programme.organisation_id) == []


def test_members_see_what_is_open_today_and_what_is_gone(shop: Shop, member: UUID) -> None:
    reward = _save(shop, OfferTerms(limit_total=1))
    _redeem(shop, member, reward)
    place: dict[str, Any] = {"programme_id": shop.programme.id, "member_id": member, "now": shop.now}
    assert [reach_of(each) for each in quote_rewards(shop.conn, **place)] == [Reach.sold_out]
    quote = quote_reward(shop.conn, **place, reward_id=reward.id)
    assert quote.refusal is not None
    assert quote.refusal.code == "out_of_stock"
    _save(shop, OfferTerms(is_draft=True), reward.id)
    assert quote_rewards(shop.conn, **place) == []


def test_conditions_are_checked_when_they_are_saved(shop: Shop) -> None:
    when = {"field": "tier.nothing", "is": "gold"}
    with nothing_changes(shop), pytest.raises(Refusal) as refused:
        _save(shop, offer_terms({"when": when}))
    assert refused.value.code == "bad_conditions"
