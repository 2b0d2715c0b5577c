"""Events that come late, twice, reordered, and all at once: the books end up the same."""

from __future__ import annotations

import copy
import random
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest

from regulars.database.pool import Connection, connect, connection
from regulars.domain.events.contracts import Event
from regulars.domain.events.queries import history
from regulars.domain.ledger.queries import balances, open_lots, pending_lots
from regulars.domain.rewards.contracts import RewardDraft
from regulars.domain.tiers.queries import standings_of
from regulars.flows.nightly_work import nightly_work
from regulars.flows.process_events import process_events
from regulars.flows.redeem_reward import redeem_reward
from regulars.flows.save_reward import save_reward
from regulars.kernel.errors import Refusal
from tests.books import findings
from tests.factories import RULEBOOK, Shop, open_shop

pytestmark = [pytest.mark.database, pytest.mark.slow]

# Nothing in it depends on what came first: no first-order bonus, no rate by tier, no tier that stays after a return.
CALM: dict[str, Any] = copy.deepcopy(RULEBOOK)
CALM["point_types"][0]["pending"] = {"mode": "after", "period": "2 days"}
CALM["returns"] = {"clawback": "allow_negative"}
CALM["ladders"][0]["downgrade_on_return"] = True
# The same, where points wait for the delivery of their order. Nobody's delivery takes ten days.
DELIVERED = copy.deepcopy(CALM)
DELIVERED["point_types"][0]["pending"] = {"mode": "on_event", "event": "order_delivered", "cancel_after": "10 days"}
DAYS = 9


def month_of(shop: Shop, members: Sequence[UUID], *, seed: int) -> list[Event]:
    """200 events of some days: orders, of which a third come back in parts, the last part closing some of them."""
    chance = random.Random(seed)
    events: list[Event] = []
    while len(events) < 200:
        member = chance.choice(members)
        bought_at = shop.now + timedelta(minutes=chance.randrange(DAYS * 24 * 60))
        total = chance.randrange(1, 9_000)
        order = shop.order(member, f"{total // 100}.{total % 100:02}", at=bought_at)
        events.append(order)
        assert order.order is not None
        left = total
        for _ in range(chance.choice([0, 0, 1, 2])):
            back = chance.randrange(1, total)
            if back > left:
                break
            left -= back
            later = bought_at + timedelta(minutes=chance.randrange(1, 2_000))
            amount = f"{back // 100}.{back % 100:02}"
            events.append(shop.returned(member, order.order.number, at=later, amount=amount))
        if chance.random() < 0.4:
            events.append(delivery(shop, member, order.order.number, at=bought_at + timedelta(minutes=2_500)))
    return sorted(events, key=lambda event: event.occurred_at)


def delivery(shop: Shop, member: UUID, order: str, *, at: datetime) -> Event:
    """That the order has arrived at the member's door."""
    event = shop.order(member, "0.00", at=at)
    event.type, event.order, event.data = "order_delivered", None, {"order_number": order}
    return event


def ends(shop: Shop, members: Sequence[UUID]) -> list[Any]:
    """What each member has in the end."""
    found: list[Any] = []
    for member in members:
        balance = balances(shop.conn, owners=[member])[member, shop.point_type]
        past = history(shop.conn, member_id=member)
        (standing,) = standings_of(shop.conn, [member.bytes]).values()
        lots = Counter((lot.earned_at, lot.last_day, lot.remaining) for lot in open_lots(shop.conn, owner=member))
        waiting = pending_lots(shop.conn, owner=member, point_type=shop.point_type)
        found.append(
            (
                balance.available, balance.pending, past.orders, past.spent_minor, past.first_order_at,
                past.last_order_at, standing.tier, standing.score, lots, len(waiting),
            )
        )  # fmt: skip
    return found


@pytest.mark.parametrize("document", [CALM, DELIVERED], ids=["days", "deliveries"])
@pytest.mark.parametrize("seed", range(4))
def test_200_events_shuffled_doubled_and_three_days_late_end_like_those_in_order(
    conn: Connection, seed: int, document: dict[str, Any]
) -> None:
    shops = [open_shop(conn, document), open_shop(conn, document)]
    results = []
    for shop, calm in zip(shops, (True, False), strict=True):
        began = shop.now
        members = [shop.enrol(f"{number}") for number in range(6)]
        events = month_of(shop, members, seed=seed)
        chance = random.Random(seed)
        if calm:
            arrivals = [(event.occurred_at, event) for event in events]
        else:
            twice = [*events, *events]
            arrivals = [
                (event.occurred_at + timedelta(minutes=chance.randrange(3 * 24 * 60)), event) for event in twice
            ]
        arrivals.sort(key=lambda each: each[0])
        for number in range(0, len(arrivals), 17):
            batch = arrivals[number : number + 17]
            shop.now = max(at for at, _ in batch)
            answers = shop.send(*(event for _, event in batch))
            assert {status for status, _ in answers} <= {200, 201}
        shop.now = began + timedelta(days=DAYS + 5)
        nightly_work(shop.conn, programme_id=shop.programme.id, now=shop.now)
        results.append(ends(shop, members))
        assert findings(shop.conn, shop.programme.organisation_id) == []

    assert results[0] == results[1]


def at_once(shop: Shop, tasks: Sequence[Any]) -> list[Any]:
    """Runs the tasks at the same moment on connections of their own; refusals are results."""
    barrier = Barrier(len(tasks))

    def run(task: Any) -> Any:
        conn = connect(organisation_id=shop.programme.organisation_id)
        try:
            barrier.wait(timeout=30)
            return task(conn)
        except Refusal as refusal:
            return refusal.code
        finally:
            conn.close()

    with ThreadPoolExecutor(len(tasks)) as threads:
        return list(threads.map(run, tasks))


def sends(shop: Shop, event: Event) -> Any:
    return lambda conn: process_events(conn, [event], programme_id=shop.programme.id, now=shop.now)[0].status


def test_32_returns_of_one_order_take_it_back_once(conn: Connection) -> None:
    shop = open_shop(conn, RULEBOOK)
    ada = shop.enrol()
    number = shop.buy(ada, "50.00")["id"].removeprefix("e-")

    statuses = at_once(shop, [sends(shop, shop.returned(ada, number)) for _ in range(32)])

    assert Counter(statuses) == {201: 1, 409: 31}
    assert shop.points(ada) == 0


def test_parts_of_an_order_come_back_from_many_tills_and_never_more_than_it(conn: Connection) -> None:
    shop = open_shop(conn, RULEBOOK)
    ada = shop.enrol()
    number = shop.buy(ada, "50.00")["id"].removeprefix("e-")

    statuses = at_once(shop, [sends(shop, shop.returned(ada, number, amount="3.00")) for _ in range(24)])

    assert Counter(statuses) == {201: 16, 409: 8}
    assert shop.points(ada) == 2


def test_a_return_and_a_purchase_of_a_reward_at_once_leave_no_point_twice(conn: Connection) -> None:
    shop = open_shop(conn, RULEBOOK)
    draft = RewardDraft("all", "discount_voucher", "All", 40, parameters={"amount": "1.00"})
    reward = save_reward(shop.conn, draft, programme_id=shop.programme.id, now=shop.now, by="tests")
    for _ in range(8):
        ada = shop.enrol()
        number = shop.buy(ada, "40.00")["id"].removeprefix("e-")

        def redeem(own: Connection, member: UUID = ada) -> str:
            redeem_reward(
                own, programme_id=shop.programme.id, member_id=member, reward_id=reward.id, now=shop.now, by="tests"
            )
            return "redeemed"

        results = at_once(shop, [redeem, sends(shop, shop.returned(ada, number)), redeem])
        assert results[1] == 201
        assert Counter(results[::2]) in ({"redeemed": 1, "not_enough_points": 1}, {"not_enough_points": 2})
        assert shop.points(ada) == 0


def test_an_order_and_its_return_that_cross_find_each_other(conn: Connection) -> None:
    shop = open_shop(conn, RULEBOOK)
    members = [shop.enrol() for _ in range(12)]
    tasks = []
    for member in members:
        order = shop.order(member, "30.00")
        assert order.order is not None
        tasks += [sends(shop, order), sends(shop, shop.returned(member, order.order.number, amount="10.00"))]

    assert Counter(at_once(shop, tasks)) == {201: 24}
    nightly_work(shop.conn, programme_id=shop.programme.id, now=shop.now)

    assert [shop.points(member) for member in members] == [20] * 12


def test_64_writers_on_one_member_are_all_decided(conn: Connection) -> None:
    """Orders, returns, gifts of points and payments with points: none is refused because of the others' locks."""
    shop = open_shop(conn, RULEBOOK)
    ada = shop.enrol()
    numbers = [shop.buy(ada, "10.00")["id"].removeprefix("e-") for _ in range(32)]
    tasks = [sends(shop, shop.order(ada, "5.00")) for _ in range(32)]
    tasks += [sends(shop, shop.returned(ada, number)) for number in numbers]

    assert Counter(at_once(shop, tasks)) == {201: 64}
    assert shop.points(ada) == 160
    with connection(shop.programme.organisation_id) as own:
        assert history(own, member_id=ada).orders == 32
