"""Blocked members: who may do what, and that a block leaves no trace in the balances once it is over."""

from __future__ import annotations

import copy
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from regulars.database.pool import Connection, connection
from regulars.domain.audit.queries import acts_about
from regulars.domain.events.contracts import Event, MemberReference, PointsUsed
from regulars.domain.ledger.contracts import Balance, NotEnoughPoints
from regulars.domain.ledger.queries import balances, pending_lots
from regulars.domain.members.contracts import MemberStatus
from regulars.domain.members.queries import block_of, member
from regulars.domain.rewards.commands import save_reward
from regulars.domain.rewards.contracts import Reward, RewardDraft
from regulars.flows.block_member import block_member
from regulars.flows.nightly_work import nightly_work
from regulars.flows.redeem_reward import confirm_redemption, redeem_reward
from regulars.flows.reverse_redemption import release_redemption
from regulars.flows.unblock_member import unblock_member
from regulars.kernel.errors import Refusal
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop, open_shop

REASON = "The card was stolen"


def block(shop: Shop, who: UUID, reason: str = REASON) -> None:
    block_member(shop.conn, programme_id=shop.programme.id, member_id=who, reason=reason, now=shop.now, by="tests")


def unblock(shop: Shop, who: UUID) -> bool:
    return unblock_member(shop.conn, programme_id=shop.programme.id, member_id=who, now=shop.now, by="tests")


def waiting(shop: Shop, who: UUID) -> Balance:
    return balances(shop.conn, owners=[who])[who, shop.point_type]


def reward_of(shop: Shop, price: int) -> Reward:
    draft = RewardDraft("five", "discount_voucher", "5.00 off", price, parameters={"amount": "5.00"}, stock=100)
    return save_reward(shop.conn, draft, programme_id=shop.programme.id, now=shop.now)


def test_a_block_says_why_and_is_in_the_audit_trail(shop: Shop) -> None:
    ada = shop.enrol()
    block(shop, ada)
    found = block_of(shop.conn, member_id=ada)
    assert found is not None
    assert (found.reason, found.by, found.since) == (REASON, "tests", shop.now)
    with nothing_changes(shop):
        block(shop, ada, "Another reason")
    assert unblock(shop, ada)
    assert block_of(shop.conn, member_id=ada) is None
    with nothing_changes(shop):
        assert not unblock(shop, ada)
    acts = [(act.action, act.details) for act in acts_about(shop.conn, subject=ada)]
    assert sorted(acts, key=lambda act: act[0]) == [("member.blocked", {"reason": REASON}), ("member.unblocked", {})]
    standing = member(shop.conn, programme_id=shop.programme.id, member_id=ada)
    assert standing is not None
    assert standing.status is MemberStatus.active


def test_an_event_of_a_blocked_member_is_accepted_and_says_what_its_points_wait_for(shop: Shop) -> None:
    ada = shop.enrol()
    block(shop, ada)
    (earned, *_) = shop.buy(ada, "20.00")["effects"]
    assert earned["points"] == 20
    assert earned["last_day"] == "2027-03-31"
    assert earned["pending"] == {"activates_on": "2026-03-02", "blocked": True}
    assert shop.points(ada) == 0
    assert waiting(shop, ada).pending == 20


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_block_needs_a_reason(shop: Shop, reason: str) -> None:
    ada = shop.enrol()
    with nothing_changes(shop), pytest.raises(Refusal) as refused:
        block(shop, ada, reason)
    assert (refused.value.code, refused.value.field) == ("field_missing", "reason")


def test_nobody_and_members_who_left_cannot_be_blocked(shop: Shop) -> None:
    gone = shop.enrol()
    shop.conn.execute("update members_member set status = 3 where id = %s", [gone])
    for who, code in ((uuid4(), "member_not_found"), (gone, "member_not_active")):
        with nothing_changes(shop), pytest.raises(Refusal) as refused:
            block(shop, who)
        assert refused.value.code == code
        with nothing_changes(shop), pytest.raises(Refusal) as refused:
            unblock(shop, who)
        assert refused.value.code == code


def test_who_is_blocked_spends_nothing(shop: Shop) -> None:
    ada = shop.enrol()
    wanted = reward_of(shop, 50)
    shop.buy(ada, "200.00")
    held = _redeem(shop, ada, wanted, hold_for=timedelta(minutes=15))
    block(shop, ada)
    with nothing_changes(shop), pytest.raises(Refusal) as refused:
        _redeem(shop, ada, wanted)
    assert refused.value.code == "member_blocked"
    with nothing_changes(shop), pytest.raises(Refusal) as refused:
        _redeem(shop, ada, wanted, hold_for=timedelta(minutes=15))
    assert refused.value.code == "member_blocked"
    with nothing_changes(shop), pytest.raises(Refusal) as refused:
        confirm_redemption(shop.conn, programme_id=shop.programme.id, redemption_id=held, now=shop.now, by="tests")
    assert refused.value.code == "member_blocked"
    with nothing_changes(shop):
        paid = shop.order(ada, "10.00", points_used=PointsUsed(10, Decimal(1)))
        ((status, answer),) = shop.send(paid)
        assert (status, answer["code"]) == (409, "member_blocked")
    release_redemption(shop.conn, programme_id=shop.programme.id, redemption_id=held, now=shop.now, by="tests")
    assert shop.points(ada) == 200


def _redeem(shop: Shop, who: UUID, wanted: Reward, **fields: Any) -> UUID:
    done = redeem_reward(
        shop.conn, programme_id=shop.programme.id, member_id=who, reward_id=wanted.id, now=shop.now, by="tests",
        **fields,
    )  # fmt: skip
    return done.id


def test_an_awaited_event_is_remembered_until_the_release(conn: Connection) -> None:
    shop = open_shop(conn, _rulebook({"mode": "on_event", "event": "delivered", "cancel_after": "30 days"}, "20 days"))
    ada = shop.enrol()
    shop.buy(ada, "10.00")
    block(shop, ada)
    shop.buy(ada, "5.00")
    shop.later(days=2)
    ((_, answer),) = shop.send(_delivered(shop, ada))
    assert [(each["type"], each["code"]) for each in answer["effects"]] == [("nothing", "member_blocked")] * 2
    assert answer["balances"]["points"] == {"available": 0, "held": 0, "pending": 15}
    shop.later(days=10)
    _night(shop)
    assert unblock(shop, ada)
    assert shop.points(ada) == 15
    # 20 days from the delivery, and none from the release.
    shop.later(days=11)
    _night(shop)
    assert shop.points(ada) == 0


def test_a_return_releases_nothing(shop: Shop) -> None:
    ada = shop.enrol()
    block(shop, ada)
    bought = shop.buy(ada, "20.00")
    shop.buy(ada, "5.00")
    shop.later(days=1)
    answer = shop.give_back(ada, bought, amount="8.00")
    assert answer["balances"]["points"] == {"available": 0, "held": 0, "pending": 17}
    _night(shop)
    assert (shop.points(ada), waiting(shop, ada).pending) == (0, 17)


def _rulebook(
    pending: dict[str, Any], validity: str, clawback: str = "within_balance", policy: str = "after"
) -> dict[str, Any]:
    document = copy.deepcopy(RULEBOOK)
    document["point_types"][0] |= {"pending": pending, "expiry": {"policy": policy, "period": validity}}
    document["returns"] = {"clawback": {"policy": clawback}}
    return document


def _delivered(shop: Shop, who: UUID) -> Event:
    return Event(
        id=f"d-{uuid4()}", type="delivered", member=MemberReference(id=who), occurred_at=shop.now, source="till"
    )


def _night(shop: Shop) -> None:
    nightly_work(shop.conn, programme_id=shop.programme.id, now=shop.now)


PENDING = st.sampled_from(
    [
        {"mode": "immediate"},
        {"mode": "after", "period": "3 days"},
        {"mode": "on_event", "event": "delivered", "cancel_after": "6 days"},
    ]
)
STEP = st.one_of(
    st.tuples(st.just("buy"), st.integers(1, 60)),
    st.tuples(st.just("return"), st.integers(0, 5), st.booleans()),
    st.tuples(st.just("deliver")),
    st.tuples(st.just("days"), st.integers(1, 8)),
)
SPENDING = st.lists(st.one_of(STEP, st.tuples(st.just("redeem"))), max_size=6)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    pending=PENDING,
    validity=st.sampled_from(["5 days", "12 months"]),
    policy=st.sampled_from(["after", "inactivity"]),
    clawback=st.sampled_from(["only_pending", "within_balance", "allow_negative"]),
    before=SPENDING,
    during=st.lists(STEP, min_size=1, max_size=7),
)
@example(  # activity keeps points that only the block holds back
    pending={"mode": "immediate"}, validity="5 days", policy="inactivity", clawback="within_balance", before=[],
    during=[("buy", 10), ("days", 3), ("buy", 1), ("days", 3)],
)  # fmt: skip
def test_after_the_release_everything_is_as_if_there_had_been_no_block(
    database_url: str,
    pending: dict[str, Any],
    validity: str,
    policy: str,
    clawback: str,
    before: list[Any],
    during: list[Any],
) -> None:
    with connection() as conn:
        shop = open_shop(conn, _rulebook(pending, validity, clawback, policy))
        wanted = reward_of(shop, 20)
        pair = _Pair(shop, wanted)
        pair.play(before)
        block(shop, pair.blocked)
        pair.play(during)
        _night(shop)
        assert unblock(shop, pair.blocked)
        assert pair.has(pair.blocked) == pair.has(pair.free)


class _Pair:
    """Two members of whom the same is done, and one is blocked for a while."""

    def __init__(self, shop: Shop, wanted: Reward) -> None:
        self.shop, self.wanted = shop, wanted
        self.blocked, self.free = shop.enrol(), shop.enrol()
        self.orders: dict[UUID, list[dict[str, Any]]] = {self.blocked: [], self.free: []}

    def play(self, steps: list[Any]) -> None:
        for what, *rest in steps:
            if what == "days":
                self.shop.later(days=rest[0])
                _night(self.shop)
                continue
            for who in (self.blocked, self.free):
                self._one(who, what, *rest)

    def _one(self, who: UUID, what: str, *rest: Any) -> None:
        shop, mine = self.shop, self.orders[who]
        if what == "buy":
            mine.append(shop.buy(who, f"{rest[0]}.00"))
        elif what == "deliver":
            shop.send(_delivered(shop, who))
        elif what == "redeem":
            with suppress(NotEnoughPoints):
                _redeem(shop, who, self.wanted)
        elif mine:
            number = mine[rest[0] % len(mine)]["id"].removeprefix("e-")
            shop.send(shop.returned(who, number, amount=None if rest[1] else "1.00"))

    def has(self, who: UUID) -> tuple[Any, ...]:
        shop = self.shop
        balance = balances(shop.conn, owners=[who]).get((who, shop.point_type), Balance())
        lots = shop.conn.execute(
            "select amount, remaining, last_day, earned_at from ledger_lot where owner = %s order by 4, 1, 2, 3", [who]
        ).fetchall()
        waits = [
            (lot.waiting, lot.activates_on, lot.waits_for, lot.cancels_after, lot.last_day)
            for lot in pending_lots(shop.conn, owner=who, point_type=shop.point_type)
        ]
        standings = shop.conn.execute("select tier, score from tiers_standing where member_id = %s", [who]).fetchall()
        return balance.available, balance.pending, lots, waits, standings
