"""What moves a life beside orders, one kind at a time: played again it gives the entries and tiers that are there."""

from __future__ import annotations

import copy
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from regulars.domain.ledger.contracts import Account
from regulars.domain.ledger.queries import entries
from regulars.domain.tiers.contracts import AssignmentKind
from regulars.domain.tiers.queries import standings_of
from regulars.flows.assign_tier import assign_tier, end_assignment
from regulars.flows.block_member import block_member
from regulars.flows.change_ladders import change_ladders
from regulars.flows.extend_expiry import extend_expiry
from regulars.flows.hold_points import hold_points
from regulars.flows.unblock_member import unblock_member
from regulars.kernel.periods import Period
from tests.factories import RULEBOOK, Shop
from tests.properties.test_backtests import check_lives, pass_days, pay, set_aside

pytestmark = [pytest.mark.database, pytest.mark.capability("I6")]


def month_long(**fields: Any) -> dict[str, Any]:
    """Points last for a month."""
    document = copy.deepcopy(RULEBOOK)
    document["point_types"][0] |= {"expiry": {"policy": "after", "period": "1 month"}, **fields}
    return document


def visiting() -> dict[str, Any]:
    document = copy.deepcopy(RULEBOOK)
    document["ladders"][0] |= {"metric": "visits", "window": "2 months", "downgrade_on_return": True}
    document["ladders"][0]["tiers"][1]["from_score"], document["ladders"][0]["tiers"][2]["from_score"] = 2, 4
    return document


def expired(shop: Shop, member: UUID) -> int:
    found = entries(shop.conn, owner=member, point_type=shop.point_type, limit=100)
    return sum(each.amount for each in found if each.credit == Account.expired)


def tier(shop: Shop, member: UUID) -> str:
    return standings_of(shop.conn, [member.bytes])[member.bytes, "status"].tier


def by_staff(shop: Shop, member: UUID) -> dict[str, Any]:
    return {"programme_id": shop.programme.id, "member_id": member, "now": shop.now, "by": "tests"}


def test_terms_that_began_anew(shop: Shop) -> None:
    shop.publish(month_long())
    member = shop.enrol()
    shop.buy(member, "30.00")
    pass_days(shop, 10)
    longer = month_long(expiry={"policy": "after", "period": "2 months"}, on_expiry_change="restart_clock")
    shop.publish(longer, effective_from=shop.now)
    pass_days(shop, 30)
    assert expired(shop, member) == 0
    check_lives(shop, [member])
    pass_days(shop, 35)
    assert expired(shop, member) == 30
    check_lives(shop, [member])


def test_points_that_staff_gave_more_time(shop: Shop) -> None:
    shop.publish(month_long())
    member = shop.enrol()
    shop.buy(member, "30.00")
    pass_days(shop, 5)
    shop.buy(member, "20.00")
    first = shop.now.date() - timedelta(days=5)
    extend_expiry(
        shop.conn, to=Period(days=20), reason="goodwill", last_days=[Period(months=1).after(first)],
        **by_staff(shop, member),
    )  # fmt: skip
    pass_days(shop, 35)
    assert expired(shop, member) == 20
    check_lives(shop, [member])
    pass_days(shop, 20)
    assert expired(shop, member) == 50
    check_lives(shop, [member])


def test_a_visit_that_came_back(shop: Shop) -> None:
    shop.publish(visiting())
    member = shop.enrol()
    shop.buy(member, "10.00")
    shop.later(days=1)
    bought, other = shop.buy(member, "10.00"), shop.buy(member, "5.00")
    assert tier(shop, member) == "silver"
    shop.give_back(member, bought, amount=None)
    assert tier(shop, member) == "silver", "another order makes the day a visit"
    check_lives(shop, [member])
    shop.give_back(member, other, amount=None)
    assert tier(shop, member) == "bronze"
    check_lives(shop, [member])
    shop.buy(member, "10.00")
    assert tier(shop, member) == "silver", "the day is a visit once more"
    check_lives(shop, [member])


def test_a_challenge_that_a_return_undid(shop: Shop) -> None:
    document = copy.deepcopy(RULEBOOK)
    document["badges"] = [{"id": "friend", "name": "Friend"}]
    goal = {"id": "orders", "name": "Orders", "target": 2}
    earn = {"strategy": "challenge", "points": 100, "on_return": "recount", "goals": [goal]}
    document["earn_rules"].append({"id": "it", "name": "It", "on": "order", "badge": "friend", "earn": earn})
    shop.publish(document)
    member = shop.enrol()
    first = shop.buy(member, "10.00")
    shop.later(minutes=1)
    shop.buy(member, "20.00")
    assert shop.points(member) == 130
    shop.later(minutes=1)
    shop.give_back(member, first, amount=None)
    assert shop.points(member) == 20
    check_lives(shop, [member])
    shop.later(minutes=1)
    shop.buy(member, "5.00")
    assert shop.points(member) == 125, "it was won once more"
    check_lives(shop, [member])


def test_holds_that_paid_and_what_they_paid_for_came_back(shop: Shop) -> None:
    member = shop.enrol()
    shop.buy(member, "100.00")
    for step in ("hold and settle", "hold and pay", "hold, pay and return", "hold"):
        shop.later(minutes=1)
        set_aside(shop, member, step, 20)
    assert shop.points(member) == 100 - 10 - 10 - 20 + 29, "of 30.00, 1.00 was paid with points"
    check_lives(shop, [member])
    pass_days(shop, 4)
    check_lives(shop, [member])


def test_points_that_paid_come_back_to_their_lots(shop: Shop) -> None:
    shop.publish(month_long() | {"returns": {"restore": {"policy": "grace", "period": "10 days"}}})
    member = shop.enrol()
    shop.buy(member, "30.00")
    pass_days(shop, 20)
    paid = pay(shop, member, 25)
    assert paid is not None
    pass_days(shop, 20)
    shop.give_back(member, paid, amount=None)
    check_lives(shop, [member])
    pass_days(shop, 15)
    assert expired(shop, member) == 30
    check_lives(shop, [member])


def test_tiers_that_staff_gave_and_took(shop: Shop) -> None:
    members = [shop.enrol() for _ in range(3)]
    for member in members:
        shop.buy(member, "10.00")
        until = shop.now.date() + timedelta(days=5)
        how: dict[str, Any] = {"ladder": "status", "tier": "gold", "kind": AssignmentKind.manual, "reason": "kind"}
        assign_tier(shop.conn, until=until, **how, **by_staff(shop, member))
    shop.later(days=1)
    end_assignment(shop.conn, ladder="status", reason="enough", **by_staff(shop, members[0]))
    shop.buy(members[1], "250.00")
    assert [tier(shop, each) for each in members] == ["bronze", "gold", "gold"]
    check_lives(shop, members)
    pass_days(shop, 6)
    assert [tier(shop, each) for each in members] == ["bronze", "silver", "bronze"]
    check_lives(shop, members)


def test_times_of_being_blocked(shop: Shop) -> None:
    document = month_long(pending={"mode": "after", "period": "3 days"})
    shop.publish(document)
    member = shop.enrol()
    shop.buy(member, "30.00")
    pass_days(shop, 1)
    block_member(shop.conn, reason="odd", **by_staff(shop, member))
    shop.buy(member, "20.00")
    pass_days(shop, 10)
    assert shop.points(member) == 0
    check_lives(shop, [member])
    unblock_member(shop.conn, **by_staff(shop, member))
    assert shop.points(member) == 50
    check_lives(shop, [member])


def test_a_ladder_that_changed_and_went_back(shop: Shop) -> None:
    stayed, rose = shop.enrol(), shop.enrol()
    shop.buy(stayed, "250.00")
    shop.buy(rose, "120.00")
    pass_days(shop, 3)
    other = copy.deepcopy(RULEBOOK)
    other["ladders"][0] |= {"metric": "orders", "on_change": "apply"}
    other["ladders"][0]["tiers"][1]["from_score"], other["ladders"][0]["tiers"][2]["from_score"] = 2, 4
    shop.publish(other, effective_from=shop.now)
    change_ladders(shop.conn, programme_id=shop.programme.id, now=shop.now)
    shop.later(minutes=5)
    shop.buy(rose, "1.00")
    assert [tier(shop, each) for each in (stayed, rose)] == ["bronze", "silver"]
    check_lives(shop, [stayed, rose])
    back = copy.deepcopy(RULEBOOK)
    back["ladders"][0]["on_change"] = "restore"
    shop.publish(back, effective_from=shop.now)
    pass_days(shop, 1)
    assert [tier(shop, each) for each in (stayed, rose)] == ["silver", "bronze"]
    check_lives(shop, [stayed, rose])


def test_a_ladder_that_is_new_to_members_counts_what_they_did(shop: Shop) -> None:
    member = shop.enrol()
    shop.buy(member, "60.00")
    shop.later(days=2)
    document = copy.deepcopy(RULEBOOK)
    second = copy.deepcopy(document["ladders"][0]) | {"id": "club", "name": "Club", "metric": "visits"}
    second["tiers"] = [
        {"id": "guest", "name": "Guest", "from_score": 0}, {"id": "friend", "name": "Friend", "from_score": 2},
    ]  # fmt: skip
    document["ladders"].append(second)
    shop.publish(document, effective_from=shop.now)
    shop.later(minutes=5)
    shop.buy(member, "5.00")
    pass_days(shop, 1)
    assert standings_of(shop.conn, [member.bytes])[member.bytes, "club"].tier == "friend"
    check_lives(shop, [member])


def test_a_return_that_came_before_its_order(shop: Shop) -> None:
    member = shop.enrol()
    order = shop.order(member, "40.00")
    assert order.order is not None
    shop.send(shop.returned(member, order.order.number, amount="10.00"))
    shop.later(minutes=1)
    shop.send(order)
    assert shop.points(member) == 30
    assert Decimal(order.order.total) == 40
    check_lives(shop, [member])


def test_what_a_hold_let_go_does_not_come_back_twice(shop: Shop) -> None:
    """Of two lots that a hold took, the order used the first; so its return goes to the first, which expires first."""
    shop.publish(month_long())
    member = shop.enrol()
    shop.buy(member, "10.00")
    pass_days(shop, 10)
    shop.buy(member, "10.00")
    place: dict[str, Any] = {"programme_id": shop.programme.id, "member_id": member, "now": shop.now}
    hold = hold_points(shop.conn, points=20, purpose="basket", by="till", lasts=timedelta(days=1), **place)
    shop.later(minutes=1)
    paid = pay(shop, member, 10, hold=hold)
    assert paid is not None
    shop.later(minutes=1)
    shop.give_back(member, paid, amount=None)
    assert shop.points(member) == 20
    pass_days(shop, 25)
    assert expired(shop, member) == 10
    check_lives(shop, [member])
