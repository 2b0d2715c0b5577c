"""What members are taken to spend, in exact numbers on small histories."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from regulars.domain.ledger.contracts import Account
from regulars.domain.ledger.spent_shares import spent_shares
from regulars.domain.programmes.queries import shelf
from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.adjust_points import adjust_points
from regulars.flows.backtests.asking import ask_backtest, found_backtest, ground_of, work_backtests
from regulars.flows.backtests.figures import sum_of
from regulars.flows.backtests.redemption_model import redemption_model, redemption_models
from regulars.flows.backtests.running import here, run
from regulars.flows.backtests.wish import Wish
from regulars.kernel.errors import Refusal
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop
from tests.properties.test_backtests import pay
from tests.properties.test_returns import redeem

pytestmark = [pytest.mark.database, pytest.mark.capability("I6")]

DOUBLE: dict[str, Any] = copy.deepcopy(RULEBOOK)
DOUBLE["earn_rules"][0]["earn"]["points"] = 2


def spent(shop: Shop, stated: Any) -> tuple[int, int, int]:
    """Points that are spent under the live version, under twice the points, and that were not there then."""
    rules, model = shelf(shop.conn, programme_id=shop.programme.id), redemption_model(stated)
    ground = ground_of(shop.conn, rules, model, until=shop.now)
    wish = Wish(
        shop.programme.id, shop.programme.organisation_id, shop.now, document=DOUBLE, redemptions=model, ground=ground
    )
    part, _ = run(shop.conn, wish, told=lambda done, of: True, mapped=here(shop.conn))
    live, draft = (
        sum_of(side.figures.moved, shop.point_type, credit=Account.redeemed) for side in (part.live, part.draft)
    )
    return live, draft, part.draft.figures.short


@pytest.fixture
def member(shop: Shop) -> UUID:
    """One earns 100 in March and spends 40 of it 10 days later; 50 in April, of which nothing is spent."""
    member = shop.enrol()
    shop.buy(member, "100.00")
    shop.later(days=10)
    redeem(shop, member, 40)
    shop.later(days=30)
    shop.buy(member, "50.00")
    shop.later(days=30)
    return member


def test_every_model_says_what_it_means() -> None:
    assert list(redemption_models()) == ["as_soon_as_reachable", "as_they_were", "none", "share_of_earned"]
    for name, model in redemption_models().items():
        assert model.__doc__
        assert str(model().words())
        assert redemption_model(name).stated() == name
    stated = {"by": "share_of_earned", "rate": "0.25", "days": 7}
    assert redemption_model(stated).stated() == stated
    assert str(redemption_model(stated).words()) == "members spend 25 % of what they earn, 7 days later"


@pytest.mark.usefixtures("member")
def test_what_was_spent_is_spent_again_or_nothing(shop: Shop) -> None:
    assert spent(shop, "as_they_were") == (40, 40, 0)
    assert spent(shop, "none") == (0, 0, 0)


def test_without_redemptions_orders_are_paid_with_money_and_gifts_stay(shop: Shop, member: UUID) -> None:
    assert pay(shop, member, 10) is not None
    adjust_points(
        shop.conn, programme_id=shop.programme.id, member_id=member, points=7, now=shop.now, by="tests",
        reason="goodwill",
    )  # fmt: skip
    assert spent(shop, "as_they_were")[0] == 50
    wish = Wish(
        shop.programme.id, shop.programme.organisation_id, shop.now, redemptions=redemption_model("none")
    )  # fmt: skip
    part, _ = run(shop.conn, wish, told=lambda done, of: True, mapped=here(shop.conn))
    moved = part.live.figures.moved
    assert sum_of(moved, shop.point_type, credit=Account.redeemed) == 0
    assert sum_of(moved, shop.point_type, debit=Account.adjusted) == 7


@pytest.mark.usefixtures("member")
def test_a_share_of_what_is_earned(shop: Shop) -> None:
    assert [each[1:] for each in spent_shares(
        shop.conn, point_types=[shop.point_type], time_zone="Europe/Berlin", until=shop.now
    )] == [(date(2026, 3, 1), 100, 40, 10), (date(2026, 4, 1), 50, 0, 0)]  # fmt: skip
    assert spent(shop, "share_of_earned") == (40, 80, 0)
    assert spent(shop, {"by": "share_of_earned", "rate": "0.5"}) == (75, 150, 0)
    assert spent(shop, {"by": "share_of_earned", "rate": "0.333", "days": 0}) == (49, 99, 0), "parts are kept"
    assert spent(shop, {"by": "share_of_earned", "rate": "0.5", "days": 60}) == (50, 100, 0), "the last are not due"


@pytest.mark.usefixtures("member")
def test_a_reward_as_soon_as_it_can_be_reached(shop: Shop) -> None:
    assert spent(shop, "as_soon_as_reachable") == (120, 280, 0), "40 each, once a day, of 150 and of 300"
    assert spent(shop, {"by": "as_soon_as_reachable", "every_days": 30}) == (120, 120, 0)
    assert spent(shop, {"by": "as_soon_as_reachable", "every_days": 100}) == (40, 40, 0)


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ("sometimes", "unknown_redemption_model"),
        ({"by": "share_of_earned", "rate": "2"}, "bad_redemption_model"),
        ({"by": "none", "rate": "1"}, "bad_redemption_model"),
        ("share_of_earned", "nothing_redeemed"),
        ("as_soon_as_reachable", "no_reward_to_reach"),
    ],
)
def test_what_cannot_be_modelled_is_refused(shop: Shop, stated: Any, code: str) -> None:
    shop.buy(shop.enrol(), "10.00")
    shop.later(hours=1)
    with nothing_changes(shop), pytest.raises(Refusal) as refused:
        ask_backtest(
            shop.conn, Rulebook.model_validate(DOUBLE), programme_id=shop.programme.id, now=shop.now, by="tests",
            redemptions=stated,
        )  # fmt: skip
    assert refused.value.code == code
    assert refused.value.field == "redemptions"


@pytest.mark.usefixtures("member")
def test_a_reward_that_is_not_there_is_refused_and_the_model_is_kept(shop: Shop) -> None:
    place: dict[str, Any] = {"programme_id": shop.programme.id, "now": shop.now, "by": "tests"}
    draft = Rulebook.model_validate(DOUBLE)
    with nothing_changes(shop), pytest.raises(Refusal) as refused:
        ask_backtest(shop.conn, draft, redemptions={"by": "as_soon_as_reachable", "reward": "yacht"}, **place)
    assert refused.value.code == "reward_not_active"
    stated = {"by": "as_soon_as_reachable", "every_days": 30}
    asked = ask_backtest(shop.conn, draft, redemptions=stated, **place)
    assert asked.redemptions == stated
    shop.later(days=1)
    clock = shop.now + timedelta(days=1)
    assert work_backtests(shop.conn, programme_id=shop.programme.id, clock=lambda: clock, mapped=here(shop.conn)) == 1
    done = found_backtest(shop.conn, programme_id=shop.programme.id, backtest_id=asked.id)
    assert done.result is not None
    assert done.result["redemptions"] == stated
    assert done.result["sides"]["live"]["points"][0]["redeemed"] == 120
