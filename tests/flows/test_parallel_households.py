"""Many of one household at once: the pool is spent once, limits hold, and nobody waits for ever."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from regulars.database.pool import Connection
from regulars.domain.households.queries import household_of
from regulars.domain.ledger.contracts import NotEnoughPoints
from regulars.domain.rewards.contracts import Redemption
from regulars.flows.live_together import accept_invitation, invite, leave_household
from regulars.flows.reverse_redemption import reverse_redemption
from tests.books import findings
from tests.factories.home import Home, open_home
from tests.flows.test_parallel import AtOnce, Task, at_once, codes, connections

__all__ = ["at_once", "connections"]
pytestmark = [pytest.mark.database, pytest.mark.slow]


@pytest.fixture
def home(conn: Connection, at_once: AtOnce, connections: list[Connection]) -> Home:
    """After at_once, whose shop is another: the connections work for the household's programme."""
    return at_home(open_home(conn), connections)


def at_home(home: Home, connections: list[Connection]) -> Home:
    for each in connections:
        each.organisation_id = home.programme.organisation_id
    return home


def redeeming(home: Home, member: UUID, price: int) -> Task:
    return lambda conn: home.redeem(member, price, conn=conn)


@pytest.mark.parametrize("debit", ["own_first", "proportional"])
def test_the_whole_pool_is_spent_once(home: Home, at_once: AtOnce, debit: str) -> None:
    members = [home.enrol() for _ in range(5)]
    home.send(*(home.order(member, "100.00") for member in members))
    home.found(*members, debit=debit)

    results = at_once([redeeming(home, members[number % 5], 500) for number in range(50)])

    assert codes(results) == {"done": 1, "not_enough_points": 49}
    assert [home.points(member) for member in members] == [0] * 5
    assert findings(home.conn, home.programme.organisation_id) == []


def test_the_limit_of_a_member_is_exact(home: Home, at_once: AtOnce) -> None:
    members = [home.enrol() for _ in range(2)]
    home.send(*(home.order(member, "5000.00") for member in members))
    home.found(*members, limit=750)

    results = at_once([redeeming(home, members[1], 100) for _ in range(64)])

    assert codes(results) == {"done": 7, "household_limit_reached": 57}
    assert sum(home.points(member) for member in members) == 9300


def test_one_invitation_lets_one_in_and_nobody_into_two(home: Home, at_once: AtOnce) -> None:
    owners, guests = [home.enrol() for _ in range(2)], [home.enrol() for _ in range(4)]
    households = [home.found(owner) for owner in owners]
    invited = [invite(home.conn, home.act(), household_id=each.id).code for each in households]

    results = at_once(
        [
            partial(accept_invitation, act=home.act(guest), member_id=guest, code=code)
            for guest in guests
            for code in invited * 4
        ]
    )

    counted = codes(results)
    assert counted["done"] == sum(household_of(home.conn, member_id=guest) is not None for guest in guests) == 2
    assert set(counted) <= {"done", "invitation_used", "already_in_household"}
    assert findings(home.conn, home.programme.organisation_id) == []


def test_everything_at_once_in_one_household(home: Home, at_once: AtOnce) -> None:
    """Redeeming, undoing, leaving and orders of the same members; the checks are the proof, and no dead-lock."""
    members = [home.enrol() for _ in range(6)]
    home.send(*(home.order(member, "500.00") for member in members))
    found = home.found(*members, debit="proportional")
    taken = [home.redeem(member, 60) for member in members]
    place: dict[str, Any] = {"programme_id": home.programme.id, "now": home.now, "by": "tests"}
    tasks: list[Task] = []
    for number in range(48):
        member = members[number % 6]
        kinds: list[Task] = [
            redeeming(home, member, 60),
            partial(reverse_redemption, redemption_id=taken[number % 6].id, **place),
            lambda conn: home.__class__(conn, home.programme, home.now).send(
                *(home.order(each, "1.00") for each in reversed(members))
            ),
            partial(leave_household, act=home.act(members[5]), household_id=found.id, member_id=members[5]),
        ]
        tasks.append(kinds[number // 6 % 4])

    results = at_once(tasks)

    assert set(codes(results)) <= {"done", "not_in_household", "household_changed"}
    redeemed = sum(isinstance(each, Redemption) and each.state.name == "granted" for each in results)
    assert redeemed + codes(results)["household_changed"] == 12
    assert sum(home.points(member) for member in members) == 3000 - 60 * redeemed + 6 * 12
    assert findings(home.conn, home.programme.organisation_id) == []


def test_the_last_place_is_given_once(conn: Connection, at_once: AtOnce, connections: list[Connection]) -> None:
    home = at_home(open_home(conn, most_members=4), connections)
    owner, guests = home.enrol(), [home.enrol() for _ in range(16)]
    found = home.found(owner)
    invited = [invite(home.conn, home.act(), household_id=found.id).code for _ in guests]

    results = at_once(
        [
            partial(accept_invitation, act=home.act(guest), member_id=guest, code=code)
            for guest, code in zip(guests, invited, strict=True)
        ]
    )

    assert codes(results) == {"done": 3, "household_full": 13}


def test_who_is_leaving_is_not_drawn_on(home: Home, connections: list[Connection]) -> None:
    """Ada spends while Ben's leaving is not committed yet: she waits, and then he is gone."""
    ada, ben = home.enrol(), home.enrol()
    home.send(*(home.order(member, "100.00") for member in (ada, ben)))
    found = home.found(ada, ben)

    with ThreadPoolExecutor(1) as threads:
        with home.conn.transaction():
            leave_household(home.conn, home.act(ben), household_id=found.id, member_id=ben)
            spending = threads.submit(home.redeem, ada, 150, conn=connections[0])
            with pytest.raises(TimeoutError):
                spending.result(timeout=0.5)
        with pytest.raises(NotEnoughPoints):
            spending.result(timeout=30)

    assert [home.points(member) for member in (ada, ben)] == [100, 100]
