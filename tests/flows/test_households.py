"""Households: whose points pay, who may spend them, and to whom they come back; a no changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from regulars.database.pool import Connection
from regulars.domain.households.queries import household_of
from regulars.domain.ledger.queries import entries_of_cause, open_lots
from regulars.domain.rewards.contracts import RedemptionState
from regulars.domain.rewards.queries import payments_of
from regulars.flows import redeem_reward
from regulars.flows.block_member import block_member
from regulars.flows.household_pool import HouseholdChanged, pool_of
from regulars.flows.live_together import (
    leave_household,
)
from regulars.flows.nightly_work import nightly_work
from regulars.flows.quote_reward import quote_reward
from regulars.flows.redeem_reward import confirm_redemption
from regulars.flows.reverse_redemption import release_redemption, reverse_redemption
from regulars.kernel.errors import Refusal
from tests.books import findings, nothing_changes
from tests.factories.home import Home, open_home

pytestmark = [pytest.mark.database, pytest.mark.capability("E3")]


@pytest.fixture
def home(conn: Connection) -> Home:
    return open_home(conn)


def family(home: Home, *points: int) -> list[UUID]:
    """Members with so many points each."""
    members = [home.enrol() for _ in points]
    home.send(*(home.order(member, f"{each}.00") for member, each in zip(members, points, strict=True) if each))
    return members


def have(home: Home, members: list[UUID]) -> list[int]:
    return [home.points(member) for member in members]


# ---- who pays ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("debit", "left"),
    [("own_first", [150, 0, 200]), ("proportional", [175, 58, 117]), ("chosen", [200, 50, 100])],
)
def test_a_pool_pays_by_its_order_and_gets_exactly_that_back(home: Home, debit: str, left: list[int]) -> None:
    members = family(home, 300, 100, 200)
    home.found(*members, debit=debit)
    owner, spender, other = members
    chosen = {owner: 100, spender: 50, other: 100} if debit == "chosen" else None
    lots = [open_lots(home.conn, owner=each) for each in members]

    done = home.redeem(spender, 250, chosen=chosen)

    assert have(home, members) == left
    paid = {each.member_id: each.points for each in payments_of(home.conn, redemption=done)}
    assert {member: before - after for member, before, after in zip(members, [300, 100, 200], left, strict=True)
            if before != after} == paid  # fmt: skip
    for member, points in paid.items():
        assert [each.points for each in entries_of_cause(home.conn, owner=member, cause=done.id)] == [-points]
    assert findings(home.conn, home.programme.organisation_id) == []

    place: dict[str, Any] = {
        "programme_id": home.programme.id,
        "redemption_id": done.id,
        "now": home.now,
        "by": "tests",
    }
    for _ in range(2):
        assert reverse_redemption(home.conn, **place).state is RedemptionState.reversed
    assert [open_lots(home.conn, owner=each) for each in members] == lots
    assert findings(home.conn, home.programme.organisation_id) == []


@pytest.mark.parametrize("way", ["confirmed", "released", "forgotten"])
def test_points_that_a_pool_holds_end_in_one_way(home: Home, way: str) -> None:
    members = family(home, 300, 0, 100)
    home.found(*members, debit="proportional")
    held = home.redeem(members[1], 200, hold_for=timedelta(minutes=15))
    assert have(home, members) == [150, 0, 50]
    assert findings(home.conn, home.programme.organisation_id) == []
    place: dict[str, Any] = {"programme_id": home.programme.id, "redemption_id": held.id, "by": "tests"}

    if way == "confirmed":
        assert confirm_redemption(home.conn, now=home.now, **place).state is RedemptionState.granted
        assert have(home, members) == [150, 0, 50]
        reverse_redemption(home.conn, now=home.now, **place)
    elif way == "released":
        release_redemption(home.conn, now=home.now, **place)
    else:
        home.later(minutes=15)
        assert nightly_work(home.conn, programme_id=home.programme.id, now=home.now).holds_released == 1

    assert have(home, members) == [300, 0, 100]
    assert findings(home.conn, home.programme.organisation_id) == []


def test_a_household_that_changes_meanwhile_is_looked_at_anew(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    members = family(home, 100, 100)
    home.found(*members)
    tries = []

    def busy(*args: Any, **kwargs: Any) -> Any:
        tries.append(1)
        if len(tries) < 3:
            raise HouseholdChanged
        return pool_of(*args, **kwargs)

    monkeypatch.setattr(redeem_reward, "pool_of", busy)
    home.redeem(members[0], 150)
    assert (len(tries), have(home, members)) == (3, [0, 50])

    # Whoever never comes to rest is told so, and nothing has happened.
    def never(*args: Any, **kwargs: Any) -> Any:
        tries.append(1)
        raise HouseholdChanged

    monkeypatch.setattr(redeem_reward, "pool_of", never)
    tries.clear()
    with pytest.raises(HouseholdChanged):
        home.redeem(members[1], 50)
    assert (len(tries), have(home, members)) == (5, [0, 50])


def test_points_come_back_to_who_has_left_since(home: Home) -> None:
    members = family(home, 100, 100)
    found = home.found(*members)
    done = home.redeem(members[0], 150)
    leave_household(home.conn, home.act(members[1]), household_id=found.id, member_id=members[1])

    reverse_redemption(home.conn, programme_id=home.programme.id, redemption_id=done.id, now=home.now, by="tests")

    assert have(home, members) == [100, 100]


def test_blocked_members_points_are_left_alone(home: Home) -> None:
    members = family(home, 100, 500)
    home.found(*members)
    block(home, members[1])

    with nothing_changes(home), pytest.raises(Refusal) as refused:
        home.redeem(members[0], 150)
    assert refused.value.code == "not_enough_points"
    with nothing_changes(home), pytest.raises(Refusal) as refused:
        home.redeem(members[1], 50)
    assert refused.value.code == "member_blocked"


def block(home: Home, member: UUID) -> None:
    block_member(
        home.conn, programme_id=home.programme.id, member_id=member, reason="A lost card", now=home.now, by="tests"
    )


def test_who_shares_spends_their_own(conn: Connection) -> None:
    home = open_home(conn, mode="share")
    members = family(home, 100, 100)
    home.found(*members)

    with nothing_changes(home), pytest.raises(Refusal) as refused:
        home.redeem(members[0], 150)
    assert refused.value.code == "not_enough_points"
    home.redeem(members[0], 100)
    assert have(home, members) == [0, 100]


def test_a_quote_says_whose_points_would_pay(home: Home) -> None:
    members = family(home, 100, 100)
    home.found(*members)

    with nothing_changes(home):
        quote = quote_reward(
            home.conn, programme_id=home.programme.id, member_id=members[1], reward_id=home.reward(150).id,
            now=home.now,
        )  # fmt: skip

    assert (quote.available, quote.missing, quote.refusal) == (200, 0, None)
    assert quote.shares == {members[1]: 100, members[0]: 50}


# ---- what is refused --------------------------------------------------------------------------------


def test_more_than_the_pool_has(home: Home) -> None:
    members = family(home, 100, 100)
    home.found(*members)

    with nothing_changes(home), pytest.raises(Refusal) as refused:
        home.redeem(members[0], 201)
    assert refused.value.code == "not_enough_points"


@pytest.mark.parametrize(("mine", "yours", "code"), [(100, 40, "shares_do_not_add_up"), (20, 130, "share_above_purse")])
def test_shares_that_cannot_be(home: Home, mine: int, yours: int, code: str) -> None:
    members = family(home, 200, 100)
    home.found(*members, debit="chosen")

    with nothing_changes(home), pytest.raises(Refusal) as refused:
        home.redeem(members[0], 150, chosen={members[0]: mine, members[1]: yours})
    assert refused.value.code == code


def test_shares_where_nobody_asks(home: Home) -> None:
    members = family(home, 200, 100)
    for _ in range(2):
        with nothing_changes(home), pytest.raises(Refusal) as refused:
            home.redeem(members[0], 150, chosen={members[0]: 150})
        assert refused.value.code == "shares_not_asked"
        if household_of(home.conn, member_id=members[0]) is None:
            home.found(*members)


def test_the_limit_of_a_month(home: Home) -> None:
    members = family(home, 500, 500)
    home.found(*members, limit=150)
    first = home.redeem(members[1], 100)

    with nothing_changes(home), pytest.raises(Refusal) as refused:
        home.redeem(members[1], 100)
    assert refused.value.code == "household_limit_reached"
    home.redeem(members[1], 50)
    home.redeem(members[0], 100)

    reverse_redemption(home.conn, programme_id=home.programme.id, redemption_id=first.id, now=home.now, by="tests")
    home.redeem(members[1], 100)
    home.later(days=31)
    home.redeem(members[1], 100)
    assert findings(home.conn, home.programme.organisation_id) == []


def test_the_limit_of_the_rulebook(conn: Connection) -> None:
    home = open_home(conn, monthly_limit=100)
    members = family(home, 500, 500)
    home.found(*members, limit=400)
    home.redeem(members[1], 100)

    with nothing_changes(home), pytest.raises(Refusal) as refused:
        home.redeem(members[1], 100)
    assert refused.value.code == "household_limit_reached"
