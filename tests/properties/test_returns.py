"""An order that comes back whole leaves the member as if it had never been; no series of returns takes too much.

The same story is lived twice, by a member who bought the order and by one who did not; in the end, nobody can tell them
apart by points, lots, tier, score or history. The programme restores everything: it may take points below zero, and a
return may cost a tier. What a story may not hold is told in docs/adr/0015.
"""

from __future__ import annotations

import copy
import itertools
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from regulars.database.pool import Connection
from regulars.domain.events.contracts import OrderLine, PointsUsed, ReturnedLine
from regulars.domain.events.queries import history
from regulars.domain.ledger.contracts import NotEnoughPoints
from regulars.domain.ledger.queries import balances, open_lots, pending_lots
from regulars.domain.rewards.contracts import RewardDraft
from regulars.domain.tallies.queries import tallies
from regulars.domain.tiers.queries import standings_of
from regulars.flows.adjust_points import adjust_points
from regulars.flows.hold_points import hold_points
from regulars.flows.nightly_work import nightly_work
from regulars.flows.redeem_reward import redeem_reward
from regulars.flows.save_reward import save_reward
from regulars.flows.verify_books import all_checks
from tests.factories import RULEBOOK, Shop, open_shop

pytestmark = [pytest.mark.capability("E2"), pytest.mark.database]

RESTORING: dict[str, Any] = copy.deepcopy(RULEBOOK) | {"returns": {"clawback": "allow_negative", "restore": "strict"}}
RESTORING["ladders"][0]["downgrade_on_return"] = True
RESTORING["measures"] = [
    {"id": "orders", "name": "Orders this month", "window": "calendar month"},
    {"id": "spent", "name": "Spent in a week", "count": "amount", "window": "7 days"},
    {"id": "earned", "name": "Points of orders", "count": "points", "rules": ["base"], "window": "lifetime"},
]
RESTORING["point_types"][0]["expiry"] = {"policy": "never"}

PENDING = [
    {"mode": "immediate"},
    {"mode": "after", "period": "3 days"},
    {"mode": "fixed_dates", "days": [5, 20]},
    {"mode": "on_event", "event": "delivered", "cancel_after": "10 days"},
]
cents = st.integers(min_value=0, max_value=40_000)
STEP = st.one_of(
    st.tuples(st.just("buy"), cents),
    st.tuples(st.just("buy and return"), cents),
    st.tuples(st.just("pay with points"), st.integers(1, 60)),
    st.tuples(st.just("redeem"), st.integers(1, 120)),
    st.tuples(st.just("goodwill"), st.integers(1, 50)),
    st.tuples(st.just("deliver"), st.just(0)),
    st.tuples(st.just("days"), st.integers(1, 6)),
)
Story = list[tuple[str, int]]
_numbers = itertools.count(1)


class Life:
    """One member's part of the story. Money in cents."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.member = shop.enrol()

    def can_spend(self) -> int:
        found = balances(self.shop.conn, owners=[self.member]).get((self.member, self.shop.point_type))
        return 0 if found is None else found.available

    def live(self, step: str, value: int) -> None:
        shop, member = self.shop, self.member
        if step == "buy":
            shop.buy(member, money(value))
        elif step == "buy and return":
            shop.give_back(member, shop.buy(member, money(value + 1)))
        elif step == "pay with points":
            shop.buy(member, "10.00", points_used=PointsUsed(value, Decimal("1.00")))
        elif step == "redeem":
            redeem(shop, member, value)
        elif step == "goodwill":
            adjust_points(
                shop.conn, programme_id=shop.programme.id, member_id=member, points=value, now=shop.now, by="tests",
                reason="goodwill",
            )  # fmt: skip
        elif step == "deliver":
            event = shop.order(member, "0.00")
            event.type, event.order = "delivered", None
            shop.send(event)

    def state(self, *, with_lots: bool) -> dict[str, Any]:
        """All that a member could notice."""
        conn, member, kind = self.shop.conn, self.member, self.shop.point_type
        balance = balances(conn, owners=[member]).get((member, kind))
        past = history(conn, member_id=member)
        (standing,) = standings_of(conn, [member.bytes]).values() or [None]
        waiting = pending_lots(conn, owner=member, point_type=kind)
        return {
            "points": (balance.available, balance.pending, balance.held) if balance else (0, 0, 0),
            "lots": [(lot.earned_at, lot.last_day, lot.remaining) for lot in open_lots(conn, owner=member)]
            if with_lots
            else [],
            "pending": [(lot.earned_at, lot.activates_on, lot.waiting) for lot in waiting],
            "past": (past.orders, past.spent_minor),
            "tallies": tallies(conn, member_ids=[member]),
            "tier": (standing.tier, standing.score) if standing else None,
        }


def money(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}"


def set_aside(shop: Shop, member: UUID, points: int) -> UUID:
    """A hold of so many points."""
    place: dict[str, Any] = {"programme_id": shop.programme.id, "member_id": member, "now": shop.now, "by": "tests"}
    return hold_points(shop.conn, **place, points=points, purpose="").id


def redeem(shop: Shop, member: UUID, price: int) -> None:
    draft = RewardDraft(f"r{next(_numbers)}", "discount_voucher", "Voucher", price, parameters={"amount": "1.00"})
    reward = save_reward(shop.conn, draft, programme_id=shop.programme.id, now=shop.now, by="tests")
    redeem_reward(
        shop.conn, programme_id=shop.programme.id, member_id=member, reward_id=reward.id, now=shop.now, by="tests"
    )


def unsound(shop: Shop) -> list[str]:
    """What the checks find, within the transaction of the story."""
    organisation = shop.programme.organisation_id
    found = {name: check.find(shop.conn, organisation_id=organisation) for name, check in all_checks().items()}
    return [f"{name}: {each.examples}" for name, each in found.items() if each.count]


def given_up(conn: Connection, play: Callable[[], None]) -> None:
    """Plays in a transaction that is rolled back, so that hundreds of stories leave nothing behind."""
    conn.organisation_id = None  # the next story has a shop of its own
    with conn.transaction(force_rollback=True):
        play()


THOROUGH = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
)


@THOROUGH
@given(
    pending=st.sampled_from(PENDING),
    total=st.integers(1, 60_000),
    used=st.integers(0, 40),
    held=st.sampled_from([None, 0, 7, 40]),
    between=st.lists(STEP, max_size=8),
    parts=st.lists(st.integers(1, 100), max_size=3),
)
def test_a_returned_order_might_as_well_never_have_been(
    conn: Connection, pending: dict[str, Any], total: int, used: int, held: int | None, between: Story, parts: list[int]
) -> None:
    """held: so many points more than it needs were set aside for the order; None: its points are spent directly.

    parts: percent of the order's money that come back before the rest does.
    """

    def play() -> None:
        document = copy.deepcopy(RESTORING)
        document["point_types"][0]["pending"] = pending
        shop = open_shop(conn, document)
        with_order, without = Life(shop), Life(shop)
        for life in (with_order, without):
            life.live("goodwill", 40)
        shop.later(seconds=1)
        payment = PointsUsed(used, Decimal(0)) if used else None
        if payment and held is not None:
            payment.hold = set_aside(shop, with_order.member, min(used + held, 40))
        bought = shop.buy(with_order.member, money(total), points_used=payment)
        for step, value in between:
            if step == "days":
                shop.later(days=value)
                nightly_work(conn, programme_id=shop.programme.id, now=shop.now)
            elif step in ("redeem", "pay with points") and value > min(with_order.can_spend(), without.can_spend()):
                continue  # only one of them could
            else:
                shop.later(seconds=1)
                for life in (with_order, without):
                    life.live(step, value)
        left = total
        for percent in parts:
            back = min(max(total * percent // 300, 1), left)
            left -= back
            shop.give_back(with_order.member, bought, amount=money(back))
            if not left:
                break
        if left:
            shop.give_back(with_order.member, bought)
        nightly_work(conn, programme_id=shop.programme.id, now=shop.now)

        # Points that paid for the order were away meanwhile: others may have been spent in their place.
        assert with_order.state(with_lots=not used) == without.state(with_lots=not used)
        assert unsound(shop) == []

    given_up(conn, play)


@THOROUGH
@given(
    clawback=st.sampled_from(["only_pending", "within_balance", "allow_negative"]),
    rounding=st.sampled_from(["recompute_remaining", "prorate_floor"]),
    pending=st.sampled_from(PENDING),
    lines=st.lists(st.tuples(st.integers(0, 9_999), st.integers(1, 5), st.booleans()), min_size=1, max_size=4),
    discount=st.integers(0, 300),
    spent=st.integers(0, 200),
    returns=st.lists(st.tuples(st.integers(0, 3), st.integers(1, 3), st.integers(0, 5_000)), max_size=6),
)
def test_no_series_of_returns_takes_back_more_than_the_order_gave(
    conn: Connection,
    clawback: str,
    rounding: str,
    pending: dict[str, Any],
    lines: list[tuple[int, int, bool]],
    discount: int,
    spent: int,
    returns: list[tuple[int, int, int]],
) -> None:
    """Lines in any order and quantity, sums of money, and in the end the whole rest; some of it is refused."""

    def play() -> None:
        document = copy.deepcopy(RESTORING)
        document["returns"] = {"clawback": clawback, "rounding": rounding}
        document["point_types"][0]["pending"] = pending
        shop = open_shop(conn, document)
        ada = shop.enrol()
        bread = [
            OrderLine(Decimal(amount) / 100, quantity=Decimal(quantity), category="coffee" if coffee else "bread")
            for amount, quantity, coffee in lines
        ]
        total = max(sum(amount for amount, _, _ in lines) - discount, 0)
        bought = shop.buy(ada, money(total), lines=bread)
        granted = Counter({e["rule"]: e["points"] for e in bought["effects"] if e["type"] == "earn_points"})
        with suppress(NotEnoughPoints):
            redeem(shop, ada, spent + 1)
        due: Counter[str] = Counter()
        number = bought["id"].removeprefix("e-")
        asked = [
            shop.returned(ada, number, amount=money(amount)) if amount else
            shop.returned(ada, number, lines=[ReturnedLine(line=which + 1, quantity=Decimal(quantity))])
            for which, quantity, amount in returns
        ]  # fmt: skip
        for event in [*asked, shop.returned(ada, number)]:
            ((status, answer),) = shop.send(event)
            if status != 201:
                assert status in (409, 422)
                continue
            for effect in answer["effects"]:
                if effect["type"] == "revoke_points":
                    assert 0 <= effect["points"] <= effect["due"]
                    due[effect["rule"]] += effect["due"]
            assert all(due[rule] <= granted[rule] for rule in due)
        assert due == granted
        assert unsound(shop) == []

    given_up(conn, play)
