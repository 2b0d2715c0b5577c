"""Households: who joins, who leaves, who may say what; and a no changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from regulars.database.pool import Connection
from regulars.domain.households.contracts import Household, Mode, Role
from regulars.domain.households.queries import household, household_of, memberships, open_invitations
from regulars.domain.ledger.queries import open_lots
from regulars.flows.live_together import (
    Act,
    accept_invitation,
    found_household,
    invite,
    leave_household,
    set_household,
    set_member,
    withdraw_invitation,
)
from regulars.kernel.errors import Refusal
from tests.books import findings, nothing_changes
from tests.factories import Shop
from tests.factories.home import Home, open_home
from tests.flows.test_households import family, have

pytestmark = [pytest.mark.database, pytest.mark.capability("E3")]


@pytest.fixture
def home(conn: Connection) -> Home:
    return open_home(conn)


def roles(home: Home, found: Household) -> dict[UUID, Role]:
    return {each.member_id: each.role for each in memberships(home.conn, household_id=found.id)}


def test_invited_and_joined_once(home: Home) -> None:
    ada, ben, eve = family(home, 0, 0, 0)
    found = found_household(home.conn, home.act(ada), member_id=ada, name="Home")
    made = invite(home.conn, home.act(ada), household_id=found.id, role=Role.child, monthly_limit=10)
    assert open_invitations(home.conn, household_id=found.id, now=home.now) == [made]

    accept_invitation(home.conn, home.act(ben), member_id=ben, code=made.code.lower())

    assert roles(home, found) == {ada: Role.owner, ben: Role.child}
    with nothing_changes(home), pytest.raises(Refusal) as refused:
        accept_invitation(home.conn, home.act(eve), member_id=eve, code=made.code)
    assert refused.value.code == "invitation_used"


def test_an_invitation_lasts_seven_days(home: Home) -> None:
    ada, ben = family(home, 0, 0)
    found = home.found(ada)
    made = invite(home.conn, home.act(ada), household_id=found.id)
    home.later(days=7)

    with nothing_changes(home), pytest.raises(Refusal) as refused:
        accept_invitation(home.conn, home.act(ben), member_id=ben, code=made.code)
    assert refused.value.code == "invitation_expired"


def test_a_withdrawn_and_an_unknown_invitation(home: Home) -> None:
    ada, ben = family(home, 0, 0)
    found = home.found(ada)
    made = invite(home.conn, home.act(ada), household_id=found.id)
    withdraw_invitation(home.conn, home.act(ada), code=made.code)

    for code, expected in ((made.code, "invitation_used"), ("AAAA-BBBB-CCCC-DDDD", "invitation_not_found")):
        with nothing_changes(home), pytest.raises(Refusal) as refused:
            accept_invitation(home.conn, home.act(ben), member_id=ben, code=code)
        assert refused.value.code == expected


def test_a_second_household(home: Home) -> None:
    ada, ben = family(home, 0, 0)
    home.found(ada)
    other = home.found(ben)
    made = invite(home.conn, home.act(ben), household_id=other.id)

    with nothing_changes(home), pytest.raises(Refusal) as refused:
        accept_invitation(home.conn, home.act(ada), member_id=ada, code=made.code)
    assert refused.value.code == "already_in_household"
    with nothing_changes(home), pytest.raises(Refusal) as refused:
        found_household(home.conn, home.act(ada), member_id=ada)
    assert refused.value.code == "already_in_household"


def test_a_full_household(conn: Connection) -> None:
    home = open_home(conn, most_members=2)
    ada, ben, eve = family(home, 0, 0, 0)
    found = home.found(ada)
    codes = [invite(home.conn, home.act(ada), household_id=found.id).code for _ in range(2)]
    accept_invitation(home.conn, home.act(ben), member_id=ben, code=codes[0])

    with nothing_changes(home), pytest.raises(Refusal) as refused:
        accept_invitation(home.conn, home.act(eve), member_id=eve, code=codes[1])
    assert refused.value.code == "household_full"
    with nothing_changes(home), pytest.raises(Refusal) as refused:
        invite(home.conn, home.act(ada), household_id=found.id)
    assert refused.value.code == "household_full"


def test_where_there_are_none(shop: Shop) -> None:
    home = Home(shop.conn, shop.programme, shop.now)
    ada = home.enrol()

    with nothing_changes(home), pytest.raises(Refusal) as refused:
        found_household(home.conn, home.act(ada), member_id=ada)
    assert refused.value.code == "households_not_offered"


def test_who_leaves_takes_their_lots_as_they_are(home: Home) -> None:
    members = family(home, 100, 200)
    home.later(days=40)
    home.buy(members[1], "50.00")
    found = home.found(*members)
    home.redeem(members[0], 130)
    lots = open_lots(home.conn, owner=members[1])
    entries = home.conn.execute("select count(*) from ledger_transfer").fetchone()

    leave_household(home.conn, home.act(members[1]), household_id=found.id, member_id=members[1])

    assert open_lots(home.conn, owner=members[1]) == lots
    assert [each.remaining for each in lots] == [170, 50]
    assert home.conn.execute("select count(*) from ledger_transfer").fetchone() == entries
    assert household_of(home.conn, member_id=members[1]) is None
    with nothing_changes(home), pytest.raises(Refusal):
        home.redeem(members[0], 130)
    home.join(members[1], found)
    assert have(home, members) == [0, 220]


def test_the_longest_adult_inherits_and_the_last_one_ends_it(home: Home) -> None:
    ada, kid, ben, eve = family(home, 0, 0, 0, 0)
    found = home.found(ada)
    for member, role in ((kid, Role.child), (ben, Role.adult), (eve, Role.adult)):
        home.later(minutes=1)
        home.join(member, found, role=role)

    leave_household(home.conn, home.act(ada), household_id=found.id, member_id=ada)
    assert roles(home, found) == {kid: Role.child, ben: Role.owner, eve: Role.adult}
    for member in (ben, eve, kid):
        leave_household(home.conn, home.act(member), household_id=found.id, member_id=member)

    ended = household(home.conn, household_id=found.id)
    assert ended is not None
    assert ended.ended_at == home.now
    assert findings(home.conn, home.programme.organisation_id) == []
    with nothing_changes(home), pytest.raises(Refusal) as refused:
        invite(home.conn, home.act(), household_id=found.id)
    assert refused.value.code == "household_not_found"


def test_only_the_owner_invites_removes_and_changes(home: Home) -> None:
    ada, ben, eve = family(home, 0, 0, 0)
    found = home.found(ada, ben, eve)
    place: dict[str, Any] = {"household_id": found.id}
    made = invite(home.conn, home.act(ada), **place)
    attempts: list[Callable[[Act], object]] = [
        lambda act: invite(home.conn, act, **place),
        lambda act: leave_household(home.conn, act, member_id=eve, **place),
        lambda act: set_household(home.conn, act, debit="chosen", **place),
        lambda act: set_member(home.conn, act, member_id=eve, role=Role.child, monthly_limit=1, **place),
        lambda act: withdraw_invitation(home.conn, act, code=made.code),
    ]
    for attempt in attempts:
        with nothing_changes(home), pytest.raises(Refusal) as refused:
            attempt(home.act(ben))
        assert refused.value.code == "not_household_owner"
        attempt(home.act(ada))
        if roles(home, found).get(eve) is None:
            home.join(eve, found)


def test_settings(home: Home) -> None:
    ada, ben = family(home, 100, 100)
    found = home.found(ada, ben)

    changed = set_household(home.conn, home.act(ada), household_id=found.id, name="Us", mode=Mode.share)
    assert (changed.name, changed.mode, changed.debit) == ("Us", Mode.share, "own_first")
    with nothing_changes(home), pytest.raises(Refusal) as refused:
        set_household(home.conn, home.act(ada), household_id=found.id, debit="lottery")
    assert refused.value.code == "unknown_debit_order"
    for role, limit, code in (
        (Role.owner, None, "bad_household_role"),
        (Role.adult, -1, "bad_household_limit"),
    ):
        with nothing_changes(home), pytest.raises(Refusal) as refused:
            set_member(home.conn, home.act(ada), household_id=found.id, member_id=ben, role=role, monthly_limit=limit)
        assert refused.value.code == code


def test_a_rulebook_that_shares_lets_nobody_pool(conn: Connection) -> None:
    home = open_home(conn, mode="share")
    (ada,) = family(home, 0)
    found = home.found(ada)

    with nothing_changes(home), pytest.raises(Refusal) as refused:
        set_household(home.conn, home.act(ada), household_id=found.id, mode=Mode.pool)
    assert refused.value.code == "pool_not_allowed"


def test_who_is_not_in_it_cannot_leave(home: Home) -> None:
    ada, ben = family(home, 0, 0)
    found = home.found(ada)

    with nothing_changes(home), pytest.raises(Refusal) as refused:
        leave_household(home.conn, home.act(), household_id=found.id, member_id=ben)
    assert refused.value.code == "not_in_household"
