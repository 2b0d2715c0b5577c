"""What rewards give: granted with the points, taken back with them, and exactly that."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from importlib import import_module
from typing import Any
from uuid import UUID

import pytest

from regulars.database.pool import Connection
from regulars.domain.ledger.queries import balances
from regulars.domain.rewards.contracts import PartState, Redemption, Reward, RewardDraft
from regulars.domain.rewards.gifts import (
    GIFTS,
    Access,
    Donation,
    EarnMoney,
    Gift,
    IssueVoucher,
    ItemToHandOver,
    LoadValue,
    TakePoolCode,
    Window,
    decoded,
    encoded,
)
from regulars.domain.rewards.queries import granted_parts
from regulars.domain.rewards.reward_type import reward_type, reward_types
from regulars.domain.stored_value.checks.refunds_stay_within import RefundsStayWithin
from regulars.flows.checks.stored_value_is_booked import StoredValueIsBooked
from regulars.flows.fulfil_redemption import hand_over
from regulars.flows.granting.effect import all_effects
from regulars.flows.quote_reward import quote_rewards
from regulars.flows.redeem_reward import redeem_reward
from regulars.flows.reverse_redemption import reverse_redemption
from regulars.flows.save_reward import save_reward
from regulars.flows.stored_value.freeze_value import freeze_value
from regulars.insight.rewards_in_reach import Reach, reach_of
from regulars.kernel.errors import Refusal
from tests.books import findings, nothing_changes
from tests.factories import RULEBOOK, Shop, open_shop
from tests.flows.stored import cents, place, spend, with_value

BEFORE = import_module("regulars.domain.rewards.migrations.0003_granted").BEFORE
CODES_BACK = import_module("regulars.domain.rewards.migrations.0005_codes_move").BACK
DAY = date(2026, 3, 1)
BEANS: dict[str, Any] = {"items": [{"name": "Beans"}], "quantity": 3, "collected": "counter"}
CREDIT: dict[str, Any] = {"amount": "5.00"}


@pytest.mark.parametrize(
    "gift",
    [
        IssueVoucher(DAY, percent=Decimal(10), categories=("tea",), at_most=Decimal("3.00")),
        IssueVoucher(item="Latte"),
        TakePoolCode("cinema", DAY),
        EarnMoney("cash", Decimal("5.00")),
        LoadValue(Decimal("5.00")),
        ItemToHandOver("Beans", 3, is_sent=True),
        Donation("Shelter", Decimal("2.00")),
        Access("Cake", text="Nuts", last_day=DAY),
        Window("Summer", DAY, DAY),
    ],
    ids=lambda gift: gift.kind,
)
def test_a_gift_is_kept_as_it_was_given(gift: Gift) -> None:
    assert decoded(gift.kind, encoded(gift)) == gift
    assert str(gift.words("EUR"))


def test_every_gift_that_a_type_gives_can_be_granted() -> None:
    assert set(all_effects()) <= set(GIFTS)
    assert {"voucher", "money", "stored_value", "item", "donation", "access", "window"} <= set(all_effects())


@pytest.mark.parametrize(
    ("name", "parameters", "said"),
    [
        ("discount_voucher", {"amount": "5.00", "at_most": "3.00"}, "at_most is for a percentage"),
        ("discount_voucher", {}, "either an amount or a percentage"),
        ("free_item", {"items": []}, "at least 1 item"),
        ("free_item", {"items": [{"name": "A"}, {"name": "A"}]}, "the same name"),
        ("free_item", {"items": [{"name": "A"}], "quantity": 2}, "a code is for one item"),
        ("charity_donation", {"amount": "2.00", "charities": ["A", "A"]}, "the same name"),
        ("members_content", {"title": "Cake"}, "a text, a link, or both"),
        ("members_content", {"title": "Cake", "link": "javascript:alert(1)"}, "should match pattern"),
        ("early_access", {"what": "x", "first_day": "2026-06-02", "last_day": "2026-06-01"}, "before the first"),
        ("bundle", {"parts": [{"type": "free_shipping"}]}, "at least 2 items"),
        ("bundle", {"parts": [{"type": "free_shipping"}, {"type": "free_shipping"}]}, "one code"),
        ("bundle", {"parts": [{"type": "bundle"}, {"type": "free_shipping"}]}, "no other bundle"),
        ("bundle", {"parts": [{"type": "nothing"}, {"type": "free_shipping"}]}, "not a reward type"),
    ],
)
def test_parameters_that_do_not_fit_are_refused(name: str, parameters: dict[str, Any], said: str) -> None:
    with pytest.raises(Refusal) as refused:
        reward_type(name, parameters)
    assert refused.value.code == "bad_reward_parameters"
    assert said in refused.value.detail


def test_what_a_bundle_is_worth_is_the_sum_of_its_parts() -> None:
    parts = [{"type": "cash_back", "parameters": CREDIT}, {"type": "free_item", "parameters": BEANS}]
    assert reward_type("bundle", {"parts": parts}).worth() is None
    parts[1] = {"type": "free_item", "parameters": BEANS | {"items": [{"name": "Beans", "worth": "9.00"}]}}
    bundle = reward_type("bundle", {"parts": parts})
    assert bundle.worth() == Decimal("32.00")
    assert str(bundle.words(currency="EUR")) == "5.00 EUR of credit and 3 times Beans for free"


def test_every_type_says_what_it_is() -> None:
    assert set(reward_types()) >= {
        "discount_voucher", "free_shipping", "free_item", "cash_back", "charity_donation", "bundle", "members_content",
        "early_access",
    }  # fmt: skip
    assert len({each.title for each in reward_types().values()}) == len(reward_types())


@pytest.fixture
def member(shop: Shop) -> UUID:
    cash = {"id": "cash", "name": "Credit", "unit": "money", "expiry": {"policy": "never"}}
    shop.publish(RULEBOOK | {"point_types": [*RULEBOOK["point_types"], cash]})
    member = shop.enrol()
    shop.buy(member, "1000.00")
    return member


def _reward(shop: Shop, kind: str, parameters: dict[str, Any], **fields: Any) -> Reward:
    draft = RewardDraft(f"r-{kind}", kind, kind, 500, parameters=parameters, **fields)
    return save_reward(shop.conn, draft, programme_id=shop.programme.id, now=shop.now, by="tests")


def _redeem(shop: Shop, member: UUID, reward: Reward, **fields: Any) -> Redemption:
    return redeem_reward(
        shop.conn, programme_id=shop.programme.id, member_id=member, reward_id=reward.id, now=shop.now, by="tests",
        **fields,
    )  # fmt: skip


def _undo(shop: Shop, done: Redemption) -> Redemption:
    return reverse_redemption(
        shop.conn, programme_id=shop.programme.id, redemption_id=done.id, now=shop.now, by="tests"
    )


def _cash(shop: Shop, member: UUID) -> int:
    number = shop.conn.execute(
        "select id from programmes_point_type where programme_id = %s and code = 'cash'", [shop.programme.id]
    ).fetchone()
    assert number is not None
    found = balances(shop.conn, owners=[member]).get((member, number[0]))
    return found.available if found else 0


@pytest.mark.capability("D1")
def test_a_changed_reward_takes_back_what_it_gave_then(shop: Shop, member: UUID) -> None:
    reward = _reward(shop, "cash_back", CREDIT)
    done = _redeem(shop, member, reward)
    draft = RewardDraft("r-cash_back", "cash_back", "Credit", 900, parameters={"amount": "9.00"})
    save_reward(shop.conn, draft, programme_id=shop.programme.id, now=shop.now, by="tests", reward_id=reward.id)
    assert _cash(shop, member) == 500

    undone = _undo(shop, done)

    assert (_cash(shop, member), undone.price) == (0, 500)
    assert findings(shop.conn, shop.programme.organisation_id) == []


@pytest.mark.parametrize("point_type", ["points", "miles"])
def test_credit_needs_points_that_count_money(shop: Shop, member: UUID, point_type: str) -> None:
    with nothing_changes(shop), pytest.raises(Refusal) as refused:
        _reward(shop, "cash_back", CREDIT | {"point_type": point_type})
    assert refused.value.code == ("points_are_not_money" if point_type == "points" else "unknown_point_type")


@pytest.fixture
def saver(conn: Connection) -> tuple[Shop, UUID, Reward]:
    """A shop whose accounts hold 12.00 at most, a member with points, and 5.00 on the account for 500 of them."""
    shop = open_shop(conn, with_value(most_balance="12.00", frozen_loads="refuse"))
    member = shop.enrol()
    shop.buy(member, "2000.00")
    return shop, member, _reward(shop, "stored_value_load", CREDIT)


def _reach(shop: Shop, member: UUID) -> list[Reach]:
    quotes = quote_rewards(shop.conn, programme_id=shop.programme.id, member_id=member, now=shop.now)
    return [reach_of(each) for each in quotes]


@pytest.mark.capability("D1", "A2")
def test_money_on_the_account_comes_and_goes_with_its_reward(
    saver: tuple[Shop, UUID, Reward], owner_conn: Connection
) -> None:
    shop, member, reward = saver
    first, second = _redeem(shop, member, reward), _redeem(shop, member, reward)
    spend(shop, member, "1.00")
    with nothing_changes(shop), pytest.raises(Refusal, match=r"4\.00 EUR of 5\.00 EUR are left") as refused:
        _undo(shop, first)
    assert refused.value.code == "credit_spent"
    _undo(shop, second)
    assert cents(shop, member) == 400
    assert findings(shop.conn, shop.programme.organisation_id) == []
    with owner_conn.transaction(force_rollback=True):
        owner_conn.execute("alter table stored_value_act disable trigger user")
        owner_conn.execute("update stored_value_act set amount = amount + 1 where kind = 10 and owner = %s", [member])
        for check in (RefundsStayWithin, StoredValueIsBooked):
            told = owner_conn.execute(check.offenders, {"organisation": shop.programme.organisation_id}).fetchall()
            assert len(told) == 1, check.name


@pytest.mark.capability("D1", "A2")
def test_a_full_or_stopped_account_is_not_offered_more(saver: tuple[Shop, UUID, Reward]) -> None:
    shop, member, reward = saver
    _redeem(shop, member, reward)
    assert _reach(shop, member) == [Reach.now]
    _redeem(shop, member, reward)
    assert _reach(shop, member) == [Reach.refused]
    with nothing_changes(shop), pytest.raises(Refusal) as refused:
        _redeem(shop, member, reward)
    assert refused.value.code == "account_full"
    spend(shop, member, "10.00")
    assert _reach(shop, member) == [Reach.now]
    freeze_value(shop.conn, member_id=member, reason="A lost card", **place(shop))
    assert _reach(shop, member) == [Reach.refused]
    with nothing_changes(shop), pytest.raises(Refusal):
        _redeem(shop, member, reward)


def test_money_on_the_account_needs_stored_value(shop: Shop) -> None:
    with nothing_changes(shop), pytest.raises(Refusal) as refused:
        _reward(shop, "stored_value_load", CREDIT)
    assert refused.value.code == "no_stored_value"


@pytest.mark.capability("D3")
def test_what_was_handed_over_in_part_is_not_undone(shop: Shop, member: UUID) -> None:
    done = _redeem(shop, member, _reward(shop, "free_item", BEANS))
    place: dict[str, Any] = {"programme_id": shop.programme.id, "redemption_id": done.id, "by": "ann"}
    hand_over(shop.conn, **place, now=shop.now, count=1)
    with nothing_changes(shop), pytest.raises(Refusal, match="1 of 3"):
        _undo(shop, done)
    for count in (0, 3):
        with nothing_changes(shop), pytest.raises(Refusal) as refused:
            hand_over(shop.conn, **place, now=shop.now, count=count)
        assert refused.value.code == "bad_count"
    hand_over(shop.conn, **place, now=shop.now)
    (part,) = granted_parts(shop.conn, redemption_ids=[done.id])[done.id]
    assert (part.state, part.fulfilled) == (PartState.fulfilled, 3)
    assert findings(shop.conn, shop.programme.organisation_id) == []


def test_a_bundle_that_cannot_be_taken_back_whole_stays_whole(shop: Shop, member: UUID) -> None:
    """The code would be void and the credit spent: nothing of it is undone."""
    parts = [
        {"type": "discount_voucher", "parameters": {"amount": "5.00"}},
        {"type": "cash_back", "parameters": CREDIT},
    ]
    done = _redeem(shop, member, _reward(shop, "bundle", {"parts": parts}))
    _redeem(shop, member, _reward(shop, "free_shipping", {}, point_type="cash"))

    with nothing_changes(shop), pytest.raises(Refusal) as refused:
        _undo(shop, done)

    assert refused.value.code == "credit_spent"


def test_redemptions_from_before_have_what_they_gave(shop: Shop, member: UUID, owner_conn: Any) -> None:
    """The migration reads it from their vouchers."""
    reward = _reward(shop, "discount_voucher", {"percent": "10", "minimum_order": "20.00"})
    kept, undone = _redeem(shop, member, reward), _redeem(shop, member, reward)
    _undo(shop, undone)
    place = [shop.programme.id]
    before = granted_parts(shop.conn, redemption_ids=[kept.id, undone.id])
    with owner_conn.transaction(force_rollback=True):
        owner_conn.execute(CODES_BACK)
        owner_conn.execute("delete from rewards_granted where programme_id = %s", place)
        owner_conn.execute(f"{BEFORE} and r.programme_id = {shop.programme.id}")
        after = granted_parts(owner_conn, redemption_ids=[kept.id, undone.id])
        counted = owner_conn.execute("select count(*) from rewards_granted where programme_id = %s", place).fetchone()
    assert counted == (2,)
    for done in (kept, undone):
        (was,), (found,) = before[done.id], after[done.id]
        assert (found.gift, found.state, found.due, found.fulfilled) == (was.gift, was.state, was.due, was.fulfilled)
