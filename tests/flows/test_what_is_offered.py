"""What a member is shown is what redeeming answers: everything that is offered is given, and nothing else is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from regulars.domain.rewards.contracts import Quote, Reward, RewardDraft
from regulars.domain.rewards.terms import offer_terms
from regulars.flows.block_member import block_member
from regulars.flows.quote_reward import quote_reward, quote_rewards
from regulars.flows.redeem_reward import redeem_reward
from regulars.flows.save_reward import save_reward
from regulars.insight.rewards_in_reach import Reach, reach_of
from regulars.kernel.errors import Refusal
from tests.books import findings, nothing_changes
from tests.factories import Shop

pytestmark = [pytest.mark.database, pytest.mark.capability("D3")]

CATALOGUE: dict[str, tuple[dict[str, Any], dict[str, Any], Reach | None]] = {
    "plain": ({}, {}, Reach.now),
    "dear": ({"price": 150}, {}, Reach.almost),
    "dearest": ({"price": 5_000}, {}, Reach.later),
    "no stock": ({"stock": 0}, {}, Reach.sold_out),
    "had": ({"limit_per_member": 1}, {}, Reach.had),
    "once more": ({"limit_per_member": 2}, {}, Reach.now),
    "all given": ({}, {"limit_total": 1}, Reach.sold_out),
    "given today": ({}, {"limit_per_day": 1}, Reach.sold_out_today),
    "shops": ({}, {"stores": {"Harbour": 1, "Main Street": 5}}, Reach.now),
    "empty shops": ({}, {"stores": {"Harbour": 1}}, Reach.sold_out),
    "regulars": ({}, {"when": {"field": "member.orders", "at_least": 1}}, Reach.now),
    "others": ({}, {"when": {"field": "member.orders", "at_least": 9}}, Reach.others),
    "others too": (
        {"price": 5_000}, {"when": {"not": {"field": "member.orders", "at_least": 1}}}, Reach.others,
    ),
    "yesterday": ({}, {"last_day": "2026-02-28"}, None),
    "tomorrow": ({}, {"first_day": "2026-12-02"}, None),
    "sketch": ({}, {"is_draft": True}, None),
    "archived": ({"active": False}, {}, None),
}  # fmt: skip
"""Each reward with its terms, and what a member of 100 points sees who had one of those that are counted."""


def _save(shop: Shop, name: str, fields: dict[str, Any], terms: dict[str, Any], reward_id: int | None = None) -> Reward:
    draft = RewardDraft(
        code=name.replace(" ", "-"), type="discount_voucher", name=name, parameters={"amount": "5.00"},
        terms=offer_terms(terms), **{"price": 10} | fields,
    )  # fmt: skip
    return save_reward(shop.conn, draft, programme_id=shop.programme.id, now=shop.now, by="ann", reward_id=reward_id)


def _redeem(shop: Shop, member: UUID, reward: Reward, **fields: Any) -> None:
    redeem_reward(
        shop.conn, programme_id=shop.programme.id, member_id=member, reward_id=reward.id, now=shop.now, by="tests",
        **fields,
    )  # fmt: skip


def _quotes(shop: Shop, member: UUID) -> list[Quote]:
    return quote_rewards(shop.conn, programme_id=shop.programme.id, member_id=member, now=shop.now)


def _catalogue(shop: Shop, member: UUID) -> dict[str, Reward]:
    """Every reward, one of the counted ones taken before; then the member has 100 points."""
    made = {}
    for name, (fields, terms, _) in CATALOGUE.items():
        made[name] = _save(shop, name, fields, terms)
        if "limit_per_member" in fields or {"limit_total", "limit_per_day"} & terms.keys():
            _redeem(shop, member, made[name])
        elif "stores" in terms:
            _redeem(shop, member, made[name], store="Harbour")
    return made


@pytest.fixture
def member(shop: Shop) -> UUID:
    member = shop.enrol()
    shop.buy(member, "160.00")
    return member


def _same_as_redeeming(shop: Shop, member: UUID, rewards: dict[str, Reward]) -> None:
    """Asks for each, undoing what is taken, and compares; what is not shown at all is refused as well."""
    shown = {each.reward.id: each for each in _quotes(shop, member)}
    for name, reward in rewards.items():
        quote = shown.get(reward.id)
        refused: str | None = None
        with shop.conn.transaction(force_rollback=True):
            try:
                _redeem(shop, member, reward, store=quote.stores[0] if quote and quote.stores else "")
            except Refusal as refusal:
                refused = refusal.code
        if quote is None:
            assert refused in ("reward_not_offered", "member_blocked"), name
            continue
        assert refused == (quote.refusal and quote.refusal.code), name
        assert (refused is None) == (reach_of(quote) is Reach.now), name
        alone = quote_reward(
            shop.conn, programme_id=shop.programme.id, member_id=member, reward_id=reward.id, now=shop.now
        )
        assert (alone.refusal and alone.refusal.code, alone.stores) == (refused, quote.stores), name


def test_what_is_shown_is_what_redeeming_answers(shop: Shop, member: UUID) -> None:
    made = _catalogue(shop, member)
    seen = {each.reward.name: reach_of(each) for each in _quotes(shop, member)}
    assert shop.points(member) == 100
    assert seen == {name: reach for name, (_, _, reach) in CATALOGUE.items() if reach is not None}
    _same_as_redeeming(shop, member, made)
    (shops,) = [each for each in _quotes(shop, member) if each.reward.name == "shops"]
    assert shops.stores == ("Main Street",)
    assert findings(shop.conn, shop.programme.organisation_id) == []


def test_a_newcomer_and_a_blocked_member_are_shown_what_they_get(shop: Shop, member: UUID) -> None:
    made = _catalogue(shop, member)
    newcomer = shop.enrol()
    _same_as_redeeming(shop, newcomer, made)
    block_member(
        shop.conn, programme_id=shop.programme.id, member_id=member, reason="A lost card", now=shop.now, by="tests"
    )
    _same_as_redeeming(shop, member, made)
    seen = {each.reward.name: reach_of(each) for each in _quotes(shop, member)}
    assert (seen["plain"], seen["dear"]) == (Reach.paused, Reach.almost)


def test_a_condition_that_the_rules_no_longer_know_is_met_by_nobody(shop: Shop, member: UUID) -> None:
    reward, fine = _save(shop, "odd", {}, {}), _save(shop, "fine", {}, {"when": {"field": "member.orders", "is": 1}})
    shop.conn.execute(
        """update rewards_reward set terms = '{"when": {"field": "member.gone", "is": 1}}' where id = %s""",
        [reward.id],
    )
    assert [reach_of(each) for each in _quotes(shop, member)] == [Reach.others, Reach.now]
    with nothing_changes(shop), pytest.raises(Refusal) as refused:
        _redeem(shop, member, reward)
    assert refused.value.code == "reward_not_for_member"
    _redeem(shop, member, fine)


def test_all_rewards_cost_as_many_statements_as_one_of_each_kind(shop: Shop, member: UUID) -> None:
    """The person is read once, however long the catalogue is."""

    def statements() -> int:
        log: list[str] = []
        execute = shop.conn.execute

        def counted(query: Any, *args: Any, **more: Any) -> Any:
            log.append(str(query))
            return execute(query, *args, **more)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(shop.conn, "execute", counted)
            _quotes(shop, member)
        return len(log)

    _catalogue(shop, member)
    before = statements()
    for number in range(5):
        for name, (fields, terms, _) in CATALOGUE.items():
            _save(shop, f"{name} {number}", fields, terms)
    assert len(_quotes(shop, member)) > 60
    assert statements() == before > 5
