"""Money that members pay in: loaded, spent, given back, paid back, sent, frozen, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from regulars.database.pool import Connection
from regulars.domain.ledger.queries import open_lots
from regulars.domain.stored_value.contracts import ActKind
from regulars.domain.stored_value.queries import acts_of, stopped_by
from regulars.flows.adjust_points import adjust_points
from regulars.flows.block_member import block_member
from regulars.flows.hold_points import hold_points, settle_hold
from regulars.flows.stored_value.freeze_value import freeze_value, thaw_value
from regulars.flows.stored_value.load_value import award_value
from regulars.flows.stored_value.pay_back_value import pay_back_value
from regulars.flows.transfer_points import transfer_points
from regulars.kernel.errors import Refusal
from tests.books import nothing_changes
from tests.factories import Shop, open_shop
from tests.flows.stored import cents, give_back, load, pay_back, place, spend, with_value

pytestmark = pytest.mark.database
BONUS = [{"from_amount": 50, "gives": 5, "expires": "90 days"}]


def refused(shop: Shop, code: str, act: Callable[[], object]) -> Refusal:
    with nothing_changes(shop), pytest.raises(Refusal) as caught:
        act()
    assert caught.value.code == code
    return caught.value


@pytest.fixture
def opened(conn: Connection) -> Callable[..., tuple[Shop, UUID]]:
    def shop(**terms: Any) -> tuple[Shop, UUID]:
        made = open_shop(conn, with_value(**terms))
        return made, made.enrol(name="Ada Lovelace")

    return shop


Opened = Callable[..., tuple[Shop, UUID]]


def test_a_payment_loads_once_and_never_expires(opened: Opened) -> None:
    shop, ada = opened()
    first = load(shop, ada, "50.00", reference="P-1")
    with nothing_changes(shop):
        assert load(shop, ada, "50.00", reference=" P-1 ") == first
    assert (cents(shop, ada), first.amount, first.kind) == (5000, 5000, ActKind.load)
    assert [(lot.remaining, lot.last_day) for lot in open_lots(shop.conn, owner=ada)] == [(5000, None)]


def test_a_reference_means_one_payment_of_one_account(opened: Opened) -> None:
    shop, ada = opened()
    ben = shop.enrol()
    load(shop, ada, "50.00", reference="P-1")
    refused(shop, "reference_used", lambda: load(shop, ada, "50.01", reference="P-1"))
    refused(shop, "reference_used", lambda: load(shop, ben, "50.00", reference="P-1"))
    refused(shop, "reference_missing", lambda: load(shop, ada, "5.00", reference="  "))
    # What pays is another thing than what is paid.
    assert spend(shop, ada, "10.00", reference="P-1").amount == 1000


@pytest.mark.parametrize(
    ("amount", "fields", "code"),
    [
        ("0", {}, "stored_value_amount"),
        ("-5.00", {}, "stored_value_amount"),
        ("5.001", {}, "too_many_decimals"),
        ("5.00", {"currency": "USD"}, "stored_value_currency"),
        ("4.99", {}, "load_too_small"),
        ("100.01", {}, "load_too_large"),
    ],
)
def test_what_cannot_be_loaded(opened: Opened, amount: str, fields: dict[str, Any], code: str) -> None:
    shop, ada = opened(least_load=5, most_load=100)
    refused(shop, code, lambda: load(shop, ada, amount, **fields))


def test_limits_of_the_day_and_of_the_account(opened: Opened) -> None:
    shop, ada = opened(most_per_day=100, most_balance=150)
    load(shop, ada, "60.00")
    refused(shop, "load_limit_reached", lambda: load(shop, ada, "40.01"))
    load(shop, ada, "40.00")
    shop.later(days=1)
    said = refused(shop, "account_full", lambda: load(shop, ada, "50.01"))
    assert "at most 150.00 EUR, and there is 100.00 EUR" in said.detail
    load(shop, ada, "50.00")


def test_an_operator_loads_so_much_in_a_day(opened: Opened) -> None:
    shop, ada = opened(staff_per_day=100)
    load(shop, ada, "70.00", by="ann@example.org", by_staff=True)
    refused(shop, "load_limit_reached", lambda: load(shop, ada, "30.01", by="ann@example.org", by_staff=True))
    load(shop, ada, "30.00", by="ann@example.org", by_staff=True)
    load(shop, ada, "500.00", by="api key 1")
    assert cents(shop, ada) == 60000


def test_what_is_not_there_is_not_spent(opened: Opened) -> None:
    shop, ada = opened()
    load(shop, ada, "20.00")
    said = refused(shop, "not_enough_value", lambda: spend(shop, ada, "20.01"))
    assert said.detail == "20.01 EUR is needed and 20.00 EUR can be spent."
    first = spend(shop, ada, "25.00", reference="R-1", partly=True)
    assert (first.amount, cents(shop, ada)) == (2000, 0)
    with nothing_changes(shop):
        assert spend(shop, ada, "25.00", reference="R-1", partly=True) == first
    refused(shop, "not_enough_value", lambda: spend(shop, ada, "1.00", partly=True))


def test_spent_money_comes_back_once(opened: Opened) -> None:
    shop, ada = opened()
    load(shop, ada, "20.00")
    spent = spend(shop, ada, "15.00")
    part = give_back(shop, spent, "5.00", reference="B-1")
    with nothing_changes(shop):
        assert give_back(shop, spent, "5.00", reference="B-1") == part
    refused(shop, "refund_too_large", lambda: give_back(shop, spent, "10.01"))
    assert give_back(shop, spent).amount == 1000
    refused(shop, "refund_too_large", lambda: give_back(shop, spent))
    refused(shop, "stored_value_wrong_kind", lambda: give_back(shop, part))
    assert cents(shop, ada) == 2000


def test_the_gift_is_spent_first_and_expires_alone(opened: Opened) -> None:
    shop, ada = opened(bonus=BONUS)
    assert load(shop, ada, "49.99").bonus == 0
    assert load(shop, ada, "50.00").bonus == 500
    spent = spend(shop, ada, "3.00")
    lots = sorted((lot.last_day or date.max, lot.remaining) for lot in open_lots(shop.conn, owner=ada))
    assert lots == [(date(2026, 5, 31), 200), (date.max, 4999), (date.max, 5000)]
    shop.later(days=91)
    # The gift's day is over: of the 3.00 nothing is money that she had paid.
    give_back(shop, spent)
    assert cents(shop, ada) == 9999


def test_what_is_left_of_a_load_is_paid_back(opened: Opened) -> None:
    shop, ada = opened()
    first, second = load(shop, ada, "20.00"), load(shop, ada, "30.00")
    spend(shop, ada, "5.00")
    refused(shop, "refund_too_large", lambda: pay_back(shop, first, "15.01"))
    back = pay_back(shop, first, "10.00", reference="S-1")
    with nothing_changes(shop):
        assert pay_back(shop, first, "10.00", reference="S-1") == back
    assert pay_back(shop, first).paid_out == 500
    refused(shop, "refund_too_large", lambda: pay_back(shop, first))
    assert pay_back(shop, second).paid_out == 3000
    assert cents(shop, ada) == 0


def test_a_gift_goes_with_its_load(opened: Opened) -> None:
    shop, ada = opened(bonus=BONUS)
    whole = load(shop, ada, "50.00")
    back = pay_back(shop, whole)
    assert (back.paid_out, back.bonus, cents(shop, ada)) == (5000, 500, 0)
    spent = load(shop, ada, "60.00")
    spend(shop, ada, "4.00")
    half = pay_back(shop, spent, "30.00")
    assert (half.paid_out, half.bonus) == (2850, 100)
    rest = pay_back(shop, spent)
    assert (rest.paid_out, rest.bonus, cents(shop, ada)) == (2750, 0, 0)


def test_the_rulebook_may_keep_what_was_paid_in(opened: Opened) -> None:
    shop, ada = opened(pay_back="never")
    loaded = load(shop, ada, "20.00")
    refused(shop, "not_paid_back", lambda: pay_back(shop, loaded))


def test_only_own_acts_go_back(opened: Opened) -> None:
    shop, ada = opened()
    ben = shop.enrol()
    loaded, spent = load(shop, ada, "20.00"), spend(shop, ada, "5.00", reference="R")
    refused(shop, "stored_value_wrong_kind", lambda: pay_back(shop, spent))
    foreign: dict[str, Any] = {"member_id": ben, "act_id": loaded.id, "reference": "x"}
    refused(shop, "stored_value_not_found", lambda: pay_back_value(shop.conn, **place(shop), **foreign))


def test_nothing_goes_out_of_a_frozen_account(opened: Opened) -> None:
    shop, ada = opened(transfers=True)
    ben = shop.enrol()
    loaded = load(shop, ada, "50.00")
    held = hold_points(
        shop.conn, member_id=ada, points=500, purpose="", point_type="purse", **place(shop)
    )  # fmt: skip
    stopped = freeze_value(shop.conn, member_id=ada, reason="A stolen card", **place(shop))
    with nothing_changes(shop):
        assert freeze_value(shop.conn, member_id=ada, reason="Again", **place(shop)) == stopped
    for act in (
        lambda: spend(shop, ada, "1.00"),
        lambda: pay_back(shop, loaded),
        lambda: transfer_points(shop.conn, sender=ada, receiver=ben, points=100, point_type="purse", **place(shop)),
        lambda: hold_points(shop.conn, member_id=ada, points=1, purpose="", point_type="purse", **place(shop)),
        lambda: settle_hold(shop.conn, member_id=ada, hold_id=held.id, **place(shop)),
    ):
        refused(shop, "account_frozen", act)
    load(shop, ada, "10.00")
    refused(shop, "field_missing", lambda: thaw_value(shop.conn, member_id=ada, reason=" ", **place(shop)))
    assert thaw_value(shop.conn, member_id=ada, reason="Found", **place(shop)) is not None
    assert stopped_by(shop.conn, owner=ada) is None
    spend(shop, ada, "1.00")


def test_loads_of_a_frozen_account_as_the_rulebook_says(opened: Opened) -> None:
    shop, ada = opened(frozen_loads="refuse")
    freeze_value(shop.conn, member_id=ada, reason="Asked for it", **place(shop))
    refused(shop, "account_frozen", lambda: load(shop, ada, "10.00"))


def test_sent_only_where_the_rulebook_says_so(opened: Opened) -> None:
    shop, ada = opened(transfers=True)
    ben = shop.enrol()
    loaded = load(shop, ada, "20.00")
    transfer_points(shop.conn, sender=ada, receiver=ben, points=1500, point_type="purse", **place(shop))
    assert (cents(shop, ada), cents(shop, ben)) == (500, 1500)
    refused(shop, "refund_too_large", lambda: pay_back(shop, loaded, "5.01"))
    shop.publish(with_value() | {"transfers": {"allowed": True}})
    refused(
        shop, "transfers_not_allowed",
        lambda: transfer_points(shop.conn, sender=ben, receiver=ada, points=1, point_type="purse", **place(shop)),
    )  # fmt: skip


def test_nobody_makes_it_by_hand(opened: Opened) -> None:
    shop, ada = opened()
    for points in (100, -100):
        wish = {"member_id": ada, "points": points, "reason": "goodwill", "point_type": "purse", **place(shop)}
        refused(shop, "paid_money", partial(adjust_points, shop.conn, **wish))


def test_a_reward_is_never_paid_out(opened: Opened) -> None:
    shop, ada = opened()
    given = award_value(
        shop.conn, member_id=ada, amount=Decimal("5.00"), reference="redemption 1", last_day=date(2026, 3, 31),
        **place(shop),
    )  # fmt: skip
    refused(shop, "stored_value_wrong_kind", lambda: pay_back(shop, given))
    assert cents(shop, ada) == 500


def test_who_may_move_money(opened: Opened) -> None:
    shop, ada = opened()
    loaded = load(shop, ada, "20.00")
    block_member(shop.conn, member_id=ada, reason="A stolen card", **place(shop))
    refused(shop, "member_blocked", lambda: spend(shop, ada, "1.00"))
    refused(shop, "member_blocked", lambda: pay_back(shop, loaded))
    load(shop, ada, "1.00")
    refused(shop, "member_not_found", lambda: load(shop, uuid4(), "1.00"))
    assert [each.amount for each in acts_of(shop.conn, owners=[ada])] == [100, 2000]


def test_without_stored_value(conn: Connection) -> None:
    shop = open_shop(conn)
    ada = shop.enrol()
    refused(shop, "no_stored_value", lambda: load(shop, ada, "1.00"))
