"""Many at once: everything is decided one after another, nothing is lost, nothing counts twice."""

from __future__ import annotations

import copy
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from regulars.database.pool import Connection, connect
from regulars.domain.events.contracts import Event
from regulars.domain.ledger.queries import balances, entries
from regulars.domain.rewards.commands import save_reward
from regulars.domain.rewards.contracts import Redemption, Reward, RewardDraft
from regulars.domain.rewards.queries import reward as read_reward
from regulars.domain.rewards.terms import OfferTerms
from regulars.flows.adjust_points import adjust_points
from regulars.flows.block_member import block_member
from regulars.flows.expire_points import expire_points
from regulars.flows.process_events import Outcome, process_events
from regulars.flows.redeem_reward import confirm_redemption, redeem_reward
from regulars.flows.reverse_redemption import release_redemption, reverse_redemption
from regulars.flows.unblock_member import unblock_member
from regulars.kernel.errors import Refusal
from tests.factories import Shop

pytestmark = [pytest.mark.database, pytest.mark.slow]

Task = Callable[[Connection], Any]


@pytest.fixture(scope="module")
def connections(database_url: str) -> Iterator[list[Connection]]:
    """64 connections, as the program has them in several processes."""
    opened = [connect() for _ in range(64)]
    yield opened
    for conn in opened:
        conn.close()


@pytest.fixture
def at_once(shop: Shop, connections: list[Connection]) -> Callable[[list[Task]], list[Any]]:
    """Runs the tasks at the same moment, each on a connection of its own; refusals are results, defects are raised."""
    for conn in connections:
        conn.organisation_id = shop.programme.organisation_id

    def run(tasks: list[Task]) -> list[Any]:
        barrier = threading.Barrier(len(tasks))

        def work(task: Task, conn: Connection) -> Any:
            barrier.wait(timeout=30)
            try:
                return task(conn)
            except Refusal as refusal:
                return refusal

        with ThreadPoolExecutor(len(tasks)) as threads:
            return list(threads.map(work, tasks, connections))

    return run


AtOnce = Callable[[list[Task]], list[Any]]


def sending(shop: Shop, *events: Event) -> Task:
    return lambda conn: process_events(conn, events, programme_id=shop.programme.id, now=shop.now)


def codes(results: list[Any]) -> Counter[str]:
    """How often each refusal came; 'done' for everything else."""
    return Counter(result.code if isinstance(result, Refusal) else "done" for result in results)


def test_64_orders_of_one_member_all_count(shop: Shop, at_once: AtOnce) -> None:
    member = shop.enrol()

    outcomes = at_once([sending(shop, shop.order(member, f"{n}.00")) for n in range(1, 65)])

    assert [outcome.status for (outcome,) in outcomes] == [201] * 64
    assert shop.points(member) == 64 * 65 // 2
    found = entries(shop.conn, owner=member, point_type=shop.point_type, limit=100)
    assert [each.entry_no for each in found] == list(range(64, 0, -1))


def test_one_of_32_equal_events_counts_and_all_get_its_answer(shop: Shop, at_once: AtOnce) -> None:
    for _ in range(5):
        member = shop.enrol()
        event = shop.order(member, "7.00")

        outcomes: list[list[Outcome]] = at_once([sending(shop, copy.deepcopy(event)) for _ in range(32)])

        assert Counter(outcome.status for (outcome,) in outcomes) == {201: 1, 200: 31}
        assert len({outcome.body for (outcome,) in outcomes}) == 1
        assert shop.points(member) == 7


def test_one_of_32_events_gets_the_order_number(shop: Shop, at_once: AtOnce) -> None:
    members = [shop.enrol() for _ in range(32)]
    events = [shop.order(member, "7.00") for member in members]
    for event in events:
        assert event.order is not None
        assert events[0].order is not None
        event.order.number = events[0].order.number

    outcomes: list[list[Outcome]] = at_once([sending(shop, event) for event in events])

    assert Counter(outcome.status for (outcome,) in outcomes) == {201: 1, 422: 31}
    assert sorted(shop.points(member) for member in members) == [0] * 31 + [7]


def test_batches_that_share_members_in_opposite_order_do_not_lock_one_another_out(shop: Shop, at_once: AtOnce) -> None:
    members = [shop.enrol() for _ in range(30)]
    mixer = random.Random(7)
    tasks = []
    for number in range(24):
        order = members if number % 2 else members[::-1]
        if number % 3 == 0:
            order = mixer.sample(members, len(members))
        tasks.append(sending(shop, *(shop.order(member, "1.00") for member in order)))

    outcomes = at_once(tasks)

    assert {outcome.status for batch in outcomes for outcome in batch} == {201}
    assert [shop.points(member) for member in members] == [24] * 30


def test_batches_that_share_events_in_opposite_order_count_each_once(shop: Shop, at_once: AtOnce) -> None:
    members = [shop.enrol() for _ in range(20)]
    events = [shop.order(member, "1.00") for member in members]

    outcomes = at_once([sending(shop, *copy.deepcopy(events if n % 2 else events[::-1])) for n in range(16)])

    counts = Counter(outcome.status for batch in outcomes for outcome in batch)
    assert counts == {201: 20, 200: 20 * 15}
    assert [shop.points(member) for member in members] == [1] * 20


# ---- spending ---------------------------------------------------------------------------------------


def reward_of(shop: Shop, **fields: Any) -> Reward:
    draft = RewardDraft(
        code=f"five-{shop.programme.id}", type="discount_voucher", name="5.00 off", price=100,
        parameters={"amount": "5.00"}, **fields,
    )  # fmt: skip
    return save_reward(shop.conn, draft, programme_id=shop.programme.id, now=shop.now)


def redeeming(shop: Shop, member: UUID, reward: Reward, *, hold_for: timedelta | None = None, store: str = "") -> Task:
    return lambda conn: redeem_reward(
        conn,
        programme_id=shop.programme.id,
        member_id=member,
        reward_id=reward.id,
        now=shop.now,
        by="tests",
        hold_for=hold_for,
        store=store,
    )


def test_a_balance_is_spent_once(shop: Shop, at_once: AtOnce) -> None:
    """Points for three, asked for by 32 at once: three get it, 29 are told that there are not enough points."""
    member, reward = shop.enrol(), reward_of(shop)
    shop.buy(member, "350.00")

    results = at_once([redeeming(shop, member, reward) for _ in range(32)])

    assert codes(results) == {"done": 3, "not_enough_points": 29}
    assert shop.points(member) == 50
    assert len({result.voucher_code for result in results if isinstance(result, Redemption)}) == 3


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (OfferTerms(limit_total=1), "out_of_stock"),
        (OfferTerms(limit_per_day=1), "sold_out_today"),
        (OfferTerms(stores={"Main Street": 1}), "out_of_stock"),
    ],
    ids=["total", "day", "store"],
)
def test_the_last_of_a_limit_is_given_once(shop: Shop, at_once: AtOnce, terms: OfferTerms, code: str) -> None:
    reward, members = reward_of(shop, terms=terms), [shop.enrol() for _ in range(50)]
    shop.send(*(shop.order(member, "100.00") for member in members))

    results = at_once([redeeming(shop, member, reward, store="Main Street") for member in members])

    assert codes(results) == {"done": 1, code: 49}
    assert sum(shop.points(member) for member in members) == 49 * 100


def test_the_last_unit_is_given_once(shop: Shop, at_once: AtOnce) -> None:
    reward, members = reward_of(shop, stock=1), [shop.enrol() for _ in range(50)]
    shop.send(*(shop.order(member, "100.00") for member in members))

    results = at_once([redeeming(shop, member, reward) for member in members])

    assert codes(results) == {"done": 1, "out_of_stock": 49}
    assert sorted(shop.points(member) for member in members) == [0] + [100] * 49
    left = read_reward(shop.conn, programme_id=shop.programme.id, reward_id=reward.id)
    assert left is not None
    assert left.stock == 0


def test_the_limit_of_a_member_holds(shop: Shop, at_once: AtOnce) -> None:
    member, reward = shop.enrol(), reward_of(shop, limit_per_member=2)
    shop.buy(member, "1000.00")

    results = at_once([redeeming(shop, member, reward) for _ in range(20)])

    assert codes(results) == {"done": 2, "limit_reached": 18}
    assert shop.points(member) == 800


def test_a_held_redemption_ends_in_one_way(shop: Shop, at_once: AtOnce) -> None:
    member, reward = shop.enrol(), reward_of(shop, stock=5)
    place: dict[str, Any] = {"programme_id": shop.programme.id, "now": shop.now, "by": "tests"}
    shop.buy(member, "100.00")
    for _ in range(5):
        held = redeeming(shop, member, reward, hold_for=timedelta(minutes=15))(shop.conn)
        ways: list[Task] = [
            partial(flow, redemption_id=held.id, **place) for flow in (confirm_redemption, release_redemption)
        ]

        results = at_once(ways * 8)

        states = {result.state.name for result in results if isinstance(result, Redemption)}
        assert states in ({"granted"}, {"released"})
        assert codes(results) == {"done": 8, "redemption_not_open": 8}
        if states == {"granted"}:
            reverse_redemption(shop.conn, redemption_id=held.id, **place)
        assert shop.points(member) == 100


def test_a_redemption_is_reversed_once(shop: Shop, at_once: AtOnce) -> None:
    member, reward = shop.enrol(), reward_of(shop, stock=3)
    shop.buy(member, "130.00")
    done = redeeming(shop, member, reward)(shop.conn)

    results = at_once(
        [
            lambda conn: reverse_redemption(
                conn, programme_id=shop.programme.id, redemption_id=done.id, now=shop.now, by="tests"
            )
        ]
        * 16
    )

    assert codes(results) == {"done": 16}
    assert shop.points(member) == 130
    left = read_reward(shop.conn, programme_id=shop.programme.id, reward_id=reward.id)
    assert left is not None
    assert left.stock == 3


def test_everything_at_once_on_the_same_members(shop: Shop, at_once: AtOnce) -> None:
    """Orders, goodwill, redemptions and expiry of the same five members: the checks afterwards are the proof."""
    members, reward = [shop.enrol() for _ in range(5)], reward_of(shop)
    shop.send(*(shop.order(member, "250.00", at=shop.now - timedelta(days=500)) for member in members))
    tasks: list[Task] = []
    for number in range(48):
        member = members[number % 5]
        kinds: list[Task] = [
            sending(shop, *(shop.order(each, "10.00") for each in members)),
            redeeming(shop, member, reward),
            lambda conn: expire_points(conn, programme_id=shop.programme.id, now=shop.now),
            partial(
                adjust_points,
                programme_id=shop.programme.id,
                member_id=member,
                points=30,
                reason="goodwill",
                now=shop.now,
                by="tests",
            ),
        ]
        tasks.append(kinds[number % 4])

    results = at_once(tasks)

    assert set(codes(results)) <= {"done", "not_enough_points"}
    redeemed = Counter(result.member_id for result in results if isinstance(result, Redemption))
    given = Counter(members[number % 5] for number in range(48) if number % 4 == 3)
    for member in members:
        # The 250 points were due before anything else happened, so nobody could spend them.
        assert shop.points(member) == 120 + 30 * given[member] - 100 * redeemed[member]
    assert all(not balance.held for balance in balances(shop.conn, owners=members).values())


def test_blocks_and_releases_among_orders_and_spending(shop: Shop, at_once: AtOnce) -> None:
    ann = shop.enrol()
    shop.buy(ann, "100.00")
    place: dict[str, Any] = {"programme_id": shop.programme.id, "member_id": ann, "now": shop.now, "by": "tests"}
    blocks: list[Task] = [lambda conn: block_member(conn, **place, reason="A lost card")] * 8
    releases: list[Task] = [lambda conn: unblock_member(conn, **place)] * 8
    orders = [sending(shop, shop.order(ann, "10.00")) for _ in range(16)]

    results = at_once([task for row in zip(blocks, releases, orders[:8], orders[8:], strict=True) for task in row])

    assert codes(results) == {"done": 32}
    assert [outcome.status for row in (results[2::4], results[3::4]) for (outcome,) in row] == [201] * 16
    unblock_member(shop.conn, **place)
    assert shop.points(ann) == 260
