"""What a member reads of returned orders, payments with points, and points on their way."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from regulars.domain.events.contracts import Event, MemberReference, OrderLine, PointsUsed
from regulars.flows.activate_points import activate_points
from regulars.interfaces.web import words
from regulars.kernel.clock import local_day
from tests.factories import RULEBOOK
from tests.interfaces.portal.club import Club


def _publish(club: Club, **point_type: Any) -> None:
    club.shop.publish(RULEBOOK | {"point_types": [RULEBOOK["point_types"][0] | point_type]})


def test_a_return_is_told_with_what_was_taken_and_what_came_back(club: Club) -> None:
    _publish(club)
    member = club.shop.enrol()
    club.shop.buy(member, "600.00")
    lines = [OrderLine(Decimal(12), sku="cup", quantity=Decimal(2)), OrderLine(Decimal(8), sku="plate")]
    bought = club.shop.buy(member, "20.00", lines=lines, points_used=PointsUsed(500, Decimal("5.00")))
    club.shop.give_back(member, bought, amount="6.00")

    page = club.enter(member).see("/me/activity/")

    number = bought["id"].removeprefix("e-")
    assert f"Order {number} came back" in page
    assert "5 points taken back, 150 points returned to you" in page
    assert (
        "“1 point per euro”, in version 2 of the rulebook, counts 5 points less now, and they were taken back." in page
    )
    assert "€14.00 are left of the order." in page
    assert "Points had paid for part of order" in page
    # The purchase says what paid for it, beside what its rules gave.
    assert "\N{MINUS SIGN}485" in page
    assert "Paid with points \N{MINUS SIGN}500" in page
    assert "500 points paid for €5.00 of the €20.00 of order" in page


def test_points_on_their_way_are_shown_with_their_day(club: Club) -> None:
    _publish(club, pending={"mode": "after", "period": "14 days"})
    member = club.shop.enrol()
    club.shop.buy(member, "120.00")
    day = words.day(local_day(club.shop.now, club.shop.programme.time_zone) + timedelta(days=14))

    page = club.enter(member).see("/me/")

    assert f"120 points are on their way: you can use them from {day}" in page
    assert f"On their way: can be spent from {day}" in page
    assert "(+120)" in page


def test_points_that_became_spendable_say_why(club: Club) -> None:
    _publish(club, pending={"mode": "on_event", "event": "order_delivered", "cancel_after": "30 days"})
    member = club.shop.enrol()
    club.shop.buy(member, "20.00")
    last = words.day(local_day(club.shop.now, club.shop.programme.time_zone) + timedelta(days=30))
    waiting = f"20 points are on their way and wait for “order delivered”, until {last} at the latest"
    assert waiting in club.enter(member).see("/me/")

    delivered = Event("d-1", "order_delivered", MemberReference(id=member), club.shop.now, "till")
    ((status, _),) = club.shop.send(delivered)
    assert status == 201

    page = club.enter(member).see("/me/")
    assert waiting not in page
    assert "Points can be spent now +20" in page
    assert "by “1 point per euro” and waited for “order delivered”, which came on" in page


def test_points_that_nobody_came_for_are_told(club: Club) -> None:
    _publish(club, pending={"mode": "on_event", "event": "order_delivered", "cancel_after": "30 days"})
    member = club.shop.enrol(enrolled_at=club.shop.now - timedelta(days=60))
    club.shop.buy(member, "20.00", at=club.shop.now - timedelta(days=50))
    assert activate_points(club.shop.conn, programme_id=club.shop.programme.id, now=club.shop.now).cancelled == 20

    page = club.enter(member).see("/me/activity/")
    assert "Points on their way were cancelled (\N{MINUS SIGN}20)" in page
    assert "waited for something that had to come before" in page


def test_a_balance_below_zero_is_explained_kindly(club: Club) -> None:
    club.shop.publish(RULEBOOK | {"returns": {"clawback": "allow_negative"}})
    member = club.shop.enrol()
    first = club.shop.buy(member, "50.00")
    club.shop.buy(member, "1.00", points_used=PointsUsed(30, Decimal("0.30")))
    club.shop.give_back(member, first)

    page = club.enter(member).see("/me/")

    assert "\N{MINUS SIGN}30" in page
    assert "The next 30 points that you earn make up for it, and then your balance grows again." in page
