"""Codes on orders: checked, reserved, redeemed, rolled back; each refusal changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from regulars.domain.rewards.commands import save_reward
from regulars.domain.rewards.contracts import RedemptionState, RewardDraft
from regulars.domain.rewards.queries import redemption
from regulars.domain.vouchers.contracts import Basket, Line, OrderState, PoolDraft, VoucherState
from regulars.flows.fulfil_redemption import use_voucher
from regulars.flows.redeem_reward import redeem_reward
from regulars.flows.reverse_redemption import reverse_redemption
from regulars.flows.vouchers.asking import OrderNamed
from regulars.flows.vouchers.pools import give_code, save_pool, void_code
from regulars.flows.vouchers.use_codes import (
    redeem_reserved,
    release_codes,
    release_past_reservations,
    reserve_codes,
    roll_back_codes,
)
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop
from tests.flows.vouchers import (
    act,
    asked,
    check,
    named,
    one,
    place,
    pool,
    redeem,
    refused,
    reserve,
    voucher,
)

pytestmark = pytest.mark.database


# -- on an order


@pytest.mark.parametrize(
    ("mode", "left", "gave"),
    [
        ("sequential", 12000, [2000, 2000, 4000]),
        ("initial", 11000, [2000, 2000, 5000]),
        ("highest", 15000, [0, 0, 5000]),
    ],
)
def test_the_order_of_the_specification(shop: Shop, mode: str, left: int, gave: list[int]) -> None:
    shop.publish(RULEBOOK | {"vouchers": {"combine": mode}})
    gives = ({"percent": "10"}, {"amount": "20"}, {"percent": "25"})
    codes = [one(shop, f"CODE-{n}", terms) for n, terms in enumerate(gives)]

    found = check(shop, *codes)

    assert [each.amount for each in found.said] == gave
    assert sum(found.lines) == left
    assert [sum(shares) for shares in zip(*(each.shares for each in found.said), strict=True)] == [
        12000 - found.lines[0], 8000 - found.lines[1],
    ]  # fmt: skip


def test_only_what_changes_something_is_consumed(shop: Shop) -> None:
    (tea,) = pool(shop, {"percent": "50", "categories": ["tea"]})
    (ten,) = pool(shop, {"percent": "10"})

    done = redeem(shop, tea, ten)

    assert [each.why for each in done.checked.said] == ["no_lines", ""]
    assert (voucher(shop, tea).state, voucher(shop, ten).state) == (VoucherState.valid, VoucherState.used)
    assert done.codes == (voucher(shop, ten).code,)


def test_redeeming_again_is_answered_as_before_and_other_codes_are_refused(shop: Shop) -> None:
    first, second = pool(shop, {"percent": "10"}, count=2)

    done = redeem(shop, first, number="R-1")

    with nothing_changes(shop):
        assert redeem(shop, first, number="R-1") == done
    refused(shop, "voucher_order_used", redeem, shop, second, number="R-1")
    refused(shop, "voucher_not_usable", redeem, shop, first, number="R-2")


def test_terms_choose_lines_and_cap_the_amount(shop: Shop) -> None:
    (code,) = pool(shop, {"percent": "50", "categories": ["Coffee"], "most": "10.00"})
    assert check(shop, code).said[0].shares == (1000, 0)
    (skus,) = pool(shop, {"amount": "5.00", "skus": ["bread"], "brands": ["nobody"]})
    assert check(shop, skus).said[0].shares == (0, 500)


@pytest.mark.parametrize(
    ("terms", "fields", "basket", "why"),
    [
        ({"amount": "5", "minimum_order": "200.01"}, {}, {}, "below_minimum"),
        ({"amount": "5", "stores": ["Main"]}, {}, {"store": "Side"}, "not_here"),
        ({"amount": "5", "channels": ["app"]}, {}, {"channel": "till"}, "not_here"),
        ({"free_shipping": True}, {}, {}, "no_shipping"),
    ],
)
def test_an_order_that_does_not_fit_is_told_and_nothing_consumed(
    shop: Shop, terms: dict[str, Any], fields: dict[str, Any], basket: dict[str, Any], why: str
) -> None:
    (code,) = pool(shop, terms, **fields)
    order = Basket((Line(20000),), **basket)
    assert check(shop, code, basket=order).said[0].why == why
    assert redeem(shop, code, basket=order).amount == 0
    assert voucher(shop, code).uses == 0


def test_free_shipping(shop: Shop) -> None:
    (code,) = pool(shop, {"free_shipping": True})
    found = check(shop, code, basket=Basket((Line(1000),), shipping=490))
    assert (found.amount, found.said[0].shipping, found.shipping) == (490, 490, 0)


def test_days_are_the_programmes_own(shop: Shop) -> None:
    today = shop.now.date()
    (code,) = pool(shop, {"amount": "5"}, first_day=today, last_day=today)
    shop.now = shop.now.replace(hour=22, minute=59)  # 23:59 in Berlin
    assert check(shop, code).said[0].why == ""
    shop.later(minutes=1)
    assert check(shop, code).said[0].why == "expired"
    refused(shop, "voucher_not_usable", redeem, shop, code)
    shop.later(days=-2)
    assert check(shop, code).said[0].why == "too_early"


def test_uses_per_code_per_member_and_of_all(shop: Shop) -> None:
    ann, ben, cem = (shop.enrol() for _ in range(3))
    code = one(shop, "SPRING26", {"amount": "5"}, most_uses=None, uses_per_member=1, total_uses=2)

    refused(shop, "voucher_not_usable", redeem, shop, code)  # nobody says whose order it is
    redeem(shop, "spring 26", member=ann)
    assert check(shop, code, member=ann).said[0].why == "member_limit"
    refused(shop, "voucher_not_usable", redeem, shop, code, member=ann)
    redeem(shop, code, member=ben)
    assert check(shop, code, member=cem).said[0].why == "pool_used_up"
    refused(shop, "voucher_not_usable", redeem, shop, code, member=cem)
    assert voucher(shop, code).uses == 2


def test_two_codes_of_a_pool_with_one_use_left(shop: Shop) -> None:
    first, second = pool(shop, {"amount": "5"}, count=2, total_uses=1)
    assert [each.why for each in check(shop, first, second).said] == ["", "pool_used_up"]


def test_a_limit_that_is_new_counts_what_was_used_before(shop: Shop) -> None:
    first, second = pool(shop, {"amount": "5"}, code="later", count=2)
    redeem(shop, first)
    save_pool(shop.conn, PoolDraft("later", "Later", {"amount": "5"}, total_uses=1), replacing="later", **act(shop))
    assert check(shop, second).said[0].why == "pool_used_up"


def test_the_same_code_twice_counts_once(shop: Shop) -> None:
    (code,) = pool(shop, {"amount": "5"})
    assert [each.why for each in check(shop, code, code.lower()).said] == ["", "twice"]


def test_too_many_codes(shop: Shop) -> None:
    refused(shop, "too_many_codes", check, shop, *["A123"] * 21)


# -- whose a code is


def test_wrong_codes_get_one_answer(shop: Shop) -> None:
    ann, ben = shop.enrol(), shop.enrol()
    (bens,) = pool(shop, {"amount": "5"}, code="bound", member_bound=True)
    give_code(shop.conn, "bound", member_id=ben, **act(shop))
    (gone,) = pool(shop, {"amount": "5"})
    void_code(shop.conn, gone, **act(shop))

    wrong = [bens, gone, "K7QM-2XPA-9RTD-HW3E", "not a code!"]
    found = [refused(shop, "voucher_not_accepted", redeem, shop, code, member=ann) for code in wrong]

    assert len({(each.status, each.code, each.title, each.detail, each.remedy, each.field) for each in found}) == 1
    assert all(code not in str(each) for code, each in zip(wrong, found, strict=True))
    assert {each.why for code in wrong for each in check(shop, code, member=ann).said} == {"not_accepted"}
    assert check(shop, bens, member=ben).said[0].why == ""
    assert check(shop, bens).said[0].why == "not_accepted"


def test_wrong_codes_cost_the_same_statements(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    ann, ben = shop.enrol(), shop.enrol()
    (bens,) = pool(shop, {"amount": "5"}, code="bound", member_bound=True)
    give_code(shop.conn, "bound", member_id=ben, **act(shop))
    (gone,) = pool(shop, {"amount": "5"})
    void_code(shop.conn, gone, **act(shop))
    counts = []
    for code in (bens, gone, "K7QM-2XPA-9RTD-HW3E"):
        ran = 0
        execute = type(shop.conn).execute

        def counting(self: Any, *args: Any, **fields: Any) -> Any:
            nonlocal ran
            ran += 1
            return execute(self, *args, **fields)  # noqa: B023  # called within this round of the loop

        with monkeypatch.context() as patch:
            patch.setattr(type(shop.conn), "execute", counting)
            check(shop, code, member=ann)
        counts.append(ran)
    assert len(set(counts)) == 1, counts


def test_a_code_of_nobody_becomes_the_members_who_uses_it(shop: Shop) -> None:
    ann, ben = shop.enrol(), shop.enrol()
    (code,) = pool(shop, {"amount": "5"}, member_bound=True, most_uses=2)
    redeem(shop, code, member=ann)
    assert voucher(shop, code).member_id == ann
    refused(shop, "voucher_not_accepted", redeem, shop, code, member=ben)
    redeem(shop, code, member=ann)


# -- reserved


def test_a_reserved_code_is_nobody_elses_until_its_time_is_over(shop: Shop) -> None:
    (code,) = pool(shop, {"amount": "5"})
    held = reserve(shop, code, number="A")
    assert (held.state, held.amount, voucher(shop, code).reserved) == (OrderState.reserved, 500, 1)
    refused(shop, "voucher_not_usable", redeem, shop, code, number="B")

    shop.later(minutes=15)
    redeem(shop, code, number="B")

    assert voucher(shop, code).state is VoucherState.used
    refused(shop, "voucher_reservation_over", redeem_reserved, shop.conn, named(held), **place(shop))


def test_reserving_again_extends_and_replaces(shop: Shop) -> None:
    first, second = pool(shop, {"amount": "5"}, count=2)
    reserve(shop, first, number="A")
    shop.later(minutes=10)
    held = reserve(shop, first, number="A")
    assert held.expires_at == shop.now + timedelta(minutes=15)
    reserve(shop, second, number="A")
    assert (voucher(shop, first).reserved, voucher(shop, second).reserved) == (0, 1)
    redeem(shop, second, number="A")
    assert (voucher(shop, second).uses, voucher(shop, second).reserved) == (1, 0)
    refused(shop, "voucher_order_used", reserve, shop, first, number="A")


def test_what_was_reserved_is_redeemed_as_it_was(shop: Shop) -> None:
    (code,) = pool(shop, {"amount": "5"}, total_uses=5)
    held = reserve(shop, code)
    done = redeem_reserved(shop.conn, named(held), **place(shop))
    assert (done.state, done.amount, voucher(shop, code).uses) == (OrderState.used, 500, 1)
    with nothing_changes(shop):
        assert redeem_reserved(shop.conn, named(held), **place(shop)) == done


def test_a_reserved_code_that_was_made_void_is_not_redeemed(shop: Shop) -> None:
    (code,) = pool(shop, {"amount": "5"})
    held = reserve(shop, code)
    void_code(shop.conn, code, **act(shop))
    refused(shop, "voucher_not_accepted", redeem_reserved, shop.conn, named(held), **place(shop))


def test_letting_go(shop: Shop) -> None:
    (code,) = pool(shop, {"amount": "5"})
    held = reserve(shop, code)
    release_codes(shop.conn, named(held), programme_id=shop.programme.id, now=shop.now)
    assert voucher(shop, code).reserved == 0
    with nothing_changes(shop):
        release_codes(shop.conn, named(held), programme_id=shop.programme.id, now=shop.now)
    done = redeem(shop, code)
    refused(
        shop,
        "voucher_order_not_reserved",
        release_codes,
        shop.conn,
        named(done),
        programme_id=shop.programme.id,
        now=shop.now,
    )
    refused(
        shop,
        "voucher_order_not_found",
        release_codes,
        shop.conn,
        OrderNamed("x", "y"),
        programme_id=shop.programme.id,
        now=shop.now,
    )


def test_the_night_lets_go_of_what_was_reserved_for_too_long(shop: Shop) -> None:
    codes = pool(shop, {"amount": "5"}, count=25, total_uses=100)
    for code in codes:
        reserve(shop, code)
    shop.later(minutes=16)
    assert release_past_reservations(shop.conn, programme_id=shop.programme.id, now=shop.now) == 25
    assert all(voucher(shop, code).reserved == 0 for code in codes)


def test_a_reservation_has_an_end(shop: Shop) -> None:
    (code,) = pool(shop, {"amount": "5"})
    refused(
        shop, "voucher_hold_too_long", reserve_codes, shop.conn, OrderNamed("till", "1"), asked(code),
        lasts=timedelta(days=2), **place(shop),
    )  # fmt: skip


# -- rolled back


def test_rolling_back_gives_every_code_back_once(shop: Shop) -> None:
    first, second = pool(shop, {"percent": "10"}, count=2, total_uses=2)
    done = redeem(shop, first, second, number="R-9")
    assert voucher(shop, second).state is VoucherState.used

    roll_back_codes(shop.conn, named(done), **place(shop))
    with nothing_changes(shop):
        again = roll_back_codes(shop.conn, named(done), **place(shop))

    assert again.state is OrderState.rolled_back
    assert [(voucher(shop, code).state, voucher(shop, code).uses) for code in (first, second)] == [(1, 0), (1, 0)]
    redeem(shop, first, number="R-9")
    refused(shop, "voucher_order_not_found", roll_back_codes, shop.conn, OrderNamed("till", "no"), **place(shop))


def _redeemed(shop: Shop) -> Any:
    draft = RewardDraft("five", "discount_voucher", "5.00 off", 50, parameters={"amount": "5.00"})
    reward = save_reward(shop.conn, draft, programme_id=shop.programme.id, now=shop.now)
    ann = shop.enrol()
    shop.buy(ann, "300.00")
    return redeem_reward(shop.conn, member_id=ann, reward_id=reward.id, **place(shop))


def test_a_code_that_was_paid_with_points_is_a_voucher_like_any_other(shop: Shop) -> None:
    done = _redeemed(shop)
    assert done.voucher_code is not None
    found = redeem(shop, done.voucher_code, member=done.member_id, number="R-7")
    assert found.amount == 500

    def state() -> RedemptionState:
        again = redemption(shop.conn, programme_id=shop.programme.id, redemption_id=done.id)
        assert again is not None
        return again.state

    assert state() is RedemptionState.fulfilled
    refused(shop, "voucher_used", reverse_redemption, shop.conn, redemption_id=done.id, **place(shop))
    roll_back_codes(shop.conn, named(found), **place(shop))
    assert state() is RedemptionState.granted
    refused(shop, "voucher_not_accepted", redeem, shop, done.voucher_code, member=shop.enrol())
    refused(shop, "voucher_of_redemption", void_code, shop.conn, done.voucher_code, **act(shop))
    reverse_redemption(shop.conn, redemption_id=done.id, **place(shop))
    refused(shop, "voucher_not_accepted", redeem, shop, done.voucher_code, member=done.member_id)


def test_a_reserved_code_is_neither_reversed_nor_used_by_hand(shop: Shop) -> None:
    done = _redeemed(shop)
    reserve(shop, done.voucher_code, member=done.member_id)
    refused(shop, "voucher_in_use", reverse_redemption, shop.conn, redemption_id=done.id, **place(shop))
    refused(shop, "voucher_in_use", use_voucher, shop.conn, redemption_id=done.id, **place(shop))
    shop.later(minutes=16)
    release_past_reservations(shop.conn, programme_id=shop.programme.id, now=shop.now)
    use_voucher(shop.conn, redemption_id=done.id, **place(shop))
    assert voucher(shop, done.voucher_code).uses == 1
