"""What two who are one person did counts as one past, what they chose holds for both, and an undo tells them apart."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from regulars.database.pool import owning
from regulars.domain.audiences.queries import audiences_of
from regulars.domain.campaigns.queries import budget_uses
from regulars.domain.challenges.queries import badges
from regulars.domain.members.queries import consent_changes, consents_of
from regulars.domain.merges.queries import parts_of
from regulars.domain.programmes.queries import shelf
from regulars.domain.rewards.commands import save_reward
from regulars.domain.rewards.contracts import RewardDraft
from regulars.domain.tallies.queries import tallies
from regulars.flows.award_badge import award_badge
from regulars.flows.nightly_work import nightly_work
from regulars.flows.quote_reward import quote_rewards
from regulars.flows.redeem_reward import redeem_reward
from regulars.flows.set_consent import set_consent
from regulars.flows.transfer_points import transfer_points
from regulars.insight.member_progress import member_progress
from regulars.insight.rewards_in_reach import Reach, reach_of
from regulars.kernel.errors import Refusal
from tests.books import findings, nothing_changes
from tests.factories import RULEBOOK, Shop
from tests.flows.test_audiences import fill, members, refresh, save
from tests.flows.test_event_types import did
from tests.flows.test_event_types import rulebook as with_activities
from tests.flows.test_limits import given, uses
from tests.flows.test_merge_members import merging, undoing

pytestmark = [pytest.mark.database, pytest.mark.capability("E3")]

CARD = {"id": "card", "name": "Every 10th", "earn": {"strategy": "nth_event", "every": 10, "points": 500}}


def with_rules(shop: Shop, *rules: dict[str, Any], **sections: Any) -> None:
    document = copy.deepcopy(RULEBOOK)
    document["earn_rules"] += rules
    shop.publish(document | sections)


def stamps(shop: Shop, member: UUID) -> tuple[int, int]:
    """Stamps on the card of the member, and how many cards were full."""
    rules = shelf(shop.conn, programme_id=shop.programme.id)
    (way,) = member_progress(shop.conn, rules, member_id=member, now=shop.now).ways
    return way.progress.goals[0].have, way.progress.times


def alone(shop: Shop, *who: UUID) -> list[Any]:
    """What is remembered of each by themselves."""
    return [tallies(shop.conn, member_ids=[each]) for each in who]


def all_is_true(shop: Shop) -> None:
    with owning() as conn:
        assert findings(conn, shop.programme.organisation_id) == []


def test_stamps_of_both_fill_one_card_and_an_undo_leaves_each_their_own(shop: Shop) -> None:
    with_rules(shop, CARD)
    ada, twin = shop.enrol(), shop.enrol()
    for member, times in ((ada, 4), (twin, 5)):
        for _ in range(times):
            shop.buy(member, "1.00")
    before = alone(shop, ada, twin)

    merged = merging(shop, ada, twin)
    assert stamps(shop, ada) == (9, 0)
    undoing(shop, merged)
    assert alone(shop, ada, twin) == before
    merged = merging(shop, ada, twin)
    assert given(shop.buy(twin, "1.00")) == 501

    assert stamps(shop, ada) == (0, 1)
    all_is_true(shop)
    undoing(shop, merged)
    # The card that both filled was given to the kept member, who owes it the stamps of the other.
    assert (stamps(shop, twin), stamps(shop, ada)) == ((5, 0), (0, 1))
    all_is_true(shop)


def test_an_order_of_the_duplicate_comes_back_and_its_stamp_goes_from_whom_it_was(shop: Shop) -> None:
    with_rules(shop, CARD)
    ada, twin = shop.enrol(), shop.enrol()
    shop.buy(ada, "1.00")
    bought = [shop.buy(twin, "1.00") for _ in range(3)]
    merged = merging(shop, ada, twin)

    shop.give_back(twin, bought[0])

    assert stamps(shop, ada) == (3, 0)
    all_is_true(shop)
    undoing(shop, merged)
    assert (stamps(shop, ada), stamps(shop, twin)) == ((1, 0), (2, 0))
    all_is_true(shop)


def test_what_a_rule_gives_one_member_in_a_month_is_counted_over_both(shop: Shop) -> None:
    document = copy.deepcopy(RULEBOOK)
    document["earn_rules"][0]["limits"] = {"per_member": [{"points": 500, "each": "month"}]}
    shop.publish(document)
    ada, twin = shop.enrol(), shop.enrol()
    shop.buy(ada, "100.00")
    shop.buy(twin, "380.00")

    merged = merging(shop, ada, twin)

    assert given(shop.buy(ada, "50.00")) == 20
    assert given(shop.buy(twin, "50.00")) == 0
    undoing(shop, merged)
    assert [given(shop.buy(each, "400.00")) for each in (ada, twin)] == [380, 120]
    all_is_true(shop)


def test_a_measure_sees_both_for_rules_and_for_audiences(shop: Shop) -> None:
    measure = {"id": "orders", "name": "Orders", "window": "lifetime"}
    regular = {
        "id": "regular", "name": "Regular", "earn": {"strategy": "fixed_bonus", "points": 50},
        "when": {"field": "history.orders", "at_least": 3},
    }  # fmt: skip
    with_rules(shop, regular, measures=[measure])
    ada, twin = shop.enrol(), shop.enrol()
    for member in (ada, twin, twin):
        shop.buy(member, "1.00")
    save(shop, "three", {"field": "history.orders", "at_least": 3})
    assert members(shop, "three") == set()

    merged = merging(shop, ada, twin)

    refresh(shop, "three")
    assert members(shop, "three") == {ada}
    assert given(shop.buy(ada, "1.00")) == 51
    undoing(shop, merged)
    refresh(shop, "three")
    assert members(shop, "three") == set()


def test_what_counts_once_has_counted_for_both(shop: Shop) -> None:
    shop.publish(with_activities())
    ada, twin = shop.enrol(), shop.enrol()
    shop.send(did(shop, twin, "app.downloaded"))
    merged = merging(shop, ada, twin)

    ((_, again),) = shop.send(did(shop, ada, "app.downloaded"))
    assert [each["type"] for each in again["effects"]] == ["nothing"]
    undoing(shop, merged)

    ((_, alone),) = shop.send(did(shop, ada, "app.downloaded"))
    assert given(alone) == 200


def test_badges_of_both_are_shown_taken_with_their_order_and_return(shop: Shop) -> None:
    big = {
        "id": "big", "name": "Big", "badge": "big", "earn": {"strategy": "fixed_bonus", "points": 5},
        "when": {"field": "order.amount", "at_least": 50},
    }  # fmt: skip
    with_rules(shop, big, badges=[{"id": "big", "name": "Big basket"}, {"id": "kind", "name": "Kind"}])
    ada, twin = shop.enrol(), shop.enrol()
    bought = shop.buy(twin, "60.00")
    place: dict[str, Any] = {"programme_id": shop.programme.id, "reason": "Helped", "now": shop.now, "by": "cem"}
    award_badge(shop.conn, member_id=twin, badge="kind", **place)

    def held(*who: UUID) -> set[str]:
        return {each.badge for each in badges(shop.conn, member_ids=who)}

    merged = merging(shop, ada, twin)

    assert held(*parts_of(shop.conn, member_id=ada)) == {"big", "kind"}
    assert not award_badge(shop.conn, member_id=ada, badge="kind", **place)
    assert "award_badge" not in {each["type"] for each in shop.buy(ada, "60.00")["effects"]}
    back = shop.give_back(ada, bought)
    assert [each["badge"] for each in back["effects"] if each["type"] == "take_badge"] == ["big"]
    assert award_badge(shop.conn, member_id=ada, badge="kind", taken=True, **place)
    assert held(*parts_of(shop.conn, member_id=ada)) == set()
    undoing(shop, merged)
    assert (held(ada), held(twin)) == (set(), set())


def test_a_badge_that_both_have_stays_when_the_order_of_one_comes_back(shop: Shop) -> None:
    big = {"id": "big", "name": "Big", "badge": "big", "earn": {"strategy": "fixed_bonus", "points": 5}}
    with_rules(shop, big, badges=[{"id": "big", "name": "Big basket"}])
    ada, twin = shop.enrol(), shop.enrol()
    shop.buy(ada, "1.00")
    bought = shop.buy(twin, "1.00")
    merged = merging(shop, ada, twin)

    back = shop.give_back(ada, bought)

    assert "take_badge" not in {each["type"] for each in back["effects"]}
    undoing(shop, merged)
    assert [len(badges(shop.conn, member_ids=[each])) for each in (ada, twin)] == [1, 0]


def test_a_reward_for_once_is_for_once_over_both(shop: Shop) -> None:
    draft = RewardDraft(
        "five", "discount_voucher", "5.00 off", 10, parameters={"amount": "5.00"}, stock=100, limit_per_member=1
    )
    mug = save_reward(shop.conn, draft, programme_id=shop.programme.id, now=shop.now).id
    ada, twin = shop.enrol(), shop.enrol()
    shop.buy(ada, "100.00")
    shop.buy(twin, "100.00")

    def redeem(member: UUID) -> None:
        redeem_reward(
            shop.conn, programme_id=shop.programme.id, member_id=member, reward_id=mug, now=shop.now, by="till"
        )  # fmt: skip

    redeem(twin)
    merged = merging(shop, ada, twin)

    with nothing_changes(shop), pytest.raises(Refusal) as caught:
        redeem(ada)
    assert caught.value.code == "limit_reached"
    quotes = quote_rewards(shop.conn, programme_id=shop.programme.id, member_id=ada, now=shop.now)
    assert [reach_of(each) for each in quotes] == [Reach.had]
    undoing(shop, merged)
    redeem(ada)
    all_is_true(shop)


def test_what_may_be_sent_in_a_day_is_counted_over_both(shop: Shop) -> None:
    shop.publish(RULEBOOK | {"transfers": {"allowed": True, "per_day": 100}})
    ada, twin, ben = shop.enrol(), shop.enrol(), shop.enrol()
    shop.buy(ada, "200.00")
    shop.buy(twin, "200.00")

    def send(sender: UUID, points: int) -> None:
        transfer_points(
            shop.conn, programme_id=shop.programme.id, sender=sender, receiver=ben, points=points, now=shop.now, by="x"
        )  # fmt: skip

    send(twin, 70)
    merged = merging(shop, ada, twin)

    with nothing_changes(shop), pytest.raises(Refusal) as caught:
        send(ada, 31)
    assert caught.value.code == "transfer_limit_reached"
    send(ada, 30)
    undoing(shop, merged)
    send(ada, 70)


CONSENTS = [
    {"id": each, "name": each.title(), "text": f"May we use {each}?", "text_version": "1"}
    for each in ("email", "sms", "post", "call")
]


def says(shop: Shop, member: UUID, **said: bool) -> None:
    for consent, answer in said.items():
        set_consent(
            shop.conn, programme_id=shop.programme.id, member_id=member, consent=consent, given=answer, now=shop.now,
            by="member", via="portal",
        )  # fmt: skip


def holds(shop: Shop, member: UUID) -> dict[str, bool]:
    return {each: said.given for each, said in consents_of(shop.conn, member_id=member).items()}


def test_a_no_of_either_is_a_no_and_an_undo_restores_what_each_said(shop: Shop) -> None:
    with_rules(shop, consents=CONSENTS)
    ada, twin = shop.enrol(), shop.enrol()
    says(shop, ada, email=True, sms=False)
    says(shop, twin, email=False, sms=True, post=True)
    shop.later(hours=1)
    before = [consents_of(shop.conn, member_id=each) for each in (ada, twin)]

    merged = merging(shop, ada, twin)

    assert holds(shop, ada) == {"email": False, "sms": False, "post": True}
    assert {each.via for each in consent_changes(shop.conn, member_id=ada)[:2]} == {"merge"}
    all_is_true(shop)
    undoing(shop, merged)
    assert [consents_of(shop.conn, member_id=each) for each in (ada, twin)] == before
    all_is_true(shop)


def test_what_the_person_says_after_the_merge_stays_with_who_was_kept(shop: Shop) -> None:
    with_rules(shop, consents=CONSENTS)
    ada, twin = shop.enrol(), shop.enrol()
    says(shop, ada, email=True)
    says(shop, twin, email=False, post=True)
    merged = merging(shop, ada, twin)
    shop.later(hours=1)
    says(shop, ada, email=True, post=False)

    undoing(shop, merged)

    assert (holds(shop, ada), holds(shop, twin)) == ({"email": True, "post": False}, {"email": False, "post": True})
    all_is_true(shop)


def test_lists_follow_and_come_back_with_their_days(shop: Shop) -> None:
    ada, twin = shop.enrol(), shop.enrol()
    for code in ("both", "one", "gone"):
        save(shop, code)
    fill(shop, "both", ada, twin)
    fill(shop, "one", twin)
    shop.later(days=2)
    before = [audiences_of(shop.conn, member_id=each) for each in (ada, twin)]

    merged = merging(shop, ada, twin)

    assert (members(shop, "both"), members(shop, "one"), members(shop, "gone")) == ({ada}, {ada}, set())
    all_is_true(shop)
    shop.later(days=1)
    undoing(shop, merged)
    assert [audiences_of(shop.conn, member_id=each) for each in (ada, twin)] == before
    assert members(shop, "both") == {ada, twin}
    all_is_true(shop)


def test_pending_points_that_moved_give_their_budget_back_when_they_are_cancelled(shop: Shop) -> None:
    document = copy.deepcopy(RULEBOOK)
    document["point_types"][0]["pending"] = {"mode": "on_event", "event": "order_delivered", "cancel_after": "30 days"}
    document["campaigns"] = [{"id": "spring", "name": "Spring", "budget": {"points": 1_000}}]
    document["earn_rules"] = [document["earn_rules"][0] | {"campaign": "spring"}]
    shop.publish(document)
    ada, twin, third = shop.enrol(), shop.enrol(), shop.enrol()
    shop.buy(third, "700.00")
    shop.buy(ada, "100.00")
    merging(shop, twin, third)
    merging(shop, ada, twin)
    assert [points for _, points, _ in uses(shop)] == [800]
    all_is_true(shop)

    shop.later(days=31)
    nightly_work(shop.conn, programme_id=shop.programme.id, now=shop.now)

    assert [points for _, points, _ in uses(shop)] == [0]
    all_is_true(shop)
    assert given(shop.buy(ada, "1000.00")) == 1_000


def test_a_budget_gets_back_what_is_cancelled_after_an_undo(shop: Shop) -> None:
    document = copy.deepcopy(RULEBOOK)
    document["point_types"][0]["pending"] = {"mode": "on_event", "event": "order_delivered", "cancel_after": "30 days"}
    document["earn_rules"][0]["limits"] = {"budget": {"points": 500}}
    shop.publish(document)
    ada, twin = shop.enrol(), shop.enrol()
    shop.buy(ada, "100.00")
    shop.buy(twin, "300.00")
    undoing(shop, merging(shop, ada, twin))
    shop.later(days=31)

    nightly_work(shop.conn, programme_id=shop.programme.id, now=shop.now)

    assert [each.points for each in budget_uses(shop.conn, programme_id=shop.programme.id)] == [0]
    all_is_true(shop)


def test_a_late_event_of_the_duplicate_is_counted_with_the_kept_member(shop: Shop) -> None:
    with_rules(shop, CARD)
    ada, twin = shop.enrol(), shop.enrol()
    shop.buy(twin, "1.00")
    merged = merging(shop, ada, twin)
    shop.buy(twin, "1.00", at=shop.now - timedelta(days=3))
    assert stamps(shop, ada) == (2, 0)
    undoing(shop, merged)
    assert (stamps(shop, ada), stamps(shop, twin)) == ((1, 0), (1, 0))


@pytest.mark.parametrize("back", ["of the duplicate", "of the kept member"])
def test_what_the_duplicate_had_won_goes_when_too_little_is_left_of_it(shop: Shop, back: str) -> None:
    goal = {"id": "orders", "name": "Two orders", "target": 2}
    earn = {"strategy": "challenge", "points": 100, "on_return": "recount", "goals": [goal]}
    with_rules(
        shop, {"id": "two", "name": "Two orders", "badge": "two", "earn": earn},
        badges=[{"id": "two", "name": "Two orders"}],
    )  # fmt: skip
    ada, twin = shop.enrol(), shop.enrol()
    bought = {"of the kept member": shop.buy(ada, "1.00"), "of the duplicate": shop.buy(twin, "1.00")}
    shop.buy(twin, "1.00")
    merged = merging(shop, ada, twin)

    answer = shop.give_back(ada, bought[back])

    # Of three orders one may come back; the second one is too many.
    assert "take_badge" not in {each["type"] for each in answer["effects"]}
    rest = bought["of the duplicate" if back == "of the kept member" else "of the kept member"]
    answer = shop.give_back(ada, rest)
    assert {each["type"] for each in answer["effects"]} == {"revoke_points", "take_badge"}
    all_is_true(shop)
    undoing(shop, merged)
    assert (shop.points(ada), shop.points(twin)) == (0, 1)
    all_is_true(shop)
