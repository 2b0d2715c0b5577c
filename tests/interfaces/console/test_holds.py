"""An operator sees what is set aside or was spent of it, lets go of it, and gives back what was not owed."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from regulars.database.pool import Connection
from regulars.domain.events.contracts import PointsUsed
from regulars.flows.hold_points import hold_points, settle_hold
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop, open_shop
from tests.interfaces.operators import signed_in
from tests.interfaces.portal.club import text_of

pytestmark = [pytest.mark.database, pytest.mark.capability("D3")]


@pytest.fixture
def shop(conn: Connection) -> Shop:
    document = copy.deepcopy(RULEBOOK)
    document["point_types"].append({"id": "stars", "name": "Stars"})
    document["earn_rules"].append(
        {"id": "star", "name": "A star", "point_type": "stars", "earn": {"strategy": "fixed_bonus", "points": 3}}
    )
    return open_shop(conn, document, now=datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=5))


@pytest.fixture
def operator(shop: Shop) -> Client:
    return signed_in(shop)


@pytest.fixture
def mia(shop: Shop) -> UUID:
    member = shop.enrol(name="Mia")
    shop.buy(member, "500.00")
    return member


def held(shop: Shop, member: UUID, points: int, **fields: Any) -> UUID:
    place: dict[str, Any] = {"programme_id": shop.programme.id, "member_id": member, "now": shop.now, "by": "till"}
    return hold_points(shop.conn, **place, points=points, lasts=timedelta(days=1), **fields).id


def settled(shop: Shop, member: UUID, hold: UUID, points: int) -> None:
    settle_hold(
        shop.conn, programme_id=shop.programme.id, member_id=member, hold_id=hold, points=points, now=shop.now,
        by="till",
    )  # fmt: skip


def test_what_was_spent_is_given_back_once(shop: Shop, operator: Client, mia: UUID) -> None:
    basket = held(shop, mia, 100, purpose="Basket 7")
    page, form = f"/console/members/{mia}/", f"/console/members/{mia}/holds/{basket}/give-back"
    shown = text_of(operator.get(page))
    assert "Set aside Basket 7 until" in shown
    assert "Spent in the last 30 days" not in shown
    settled(shop, mia, basket, 60)
    assert "of 100 60 Give back" in text_of(operator.get(page))
    assert "Give back to Mia: 60 points?" in text_of(operator.get(form))

    other = shop.enrol()
    with nothing_changes(shop):
        assert operator.post(form, {"reason": ""}).status_code == 422
        assert operator.post(form, {"reason": "x" * 501}).status_code == 422
        assert operator.post(f"/console/members/{mia}/holds/{uuid4()}/give-back", {"reason": "x"}).status_code == 404
        assert operator.post(f"/console/members/{other}/holds/{basket}/give-back", {"reason": "x"}).status_code == 404
    answer = operator.post(form, {"reason": "Counted twice"})

    assert (answer.status_code, answer["Location"]) == (302, page)
    assert shop.points(mia) == 500
    shown = text_of(operator.get(page))
    assert "Back with Mia: 60 points." in shown
    assert "Counted twice 60" in shown
    assert "Gave back what was set aside and spent, 60: Counted twice" in text_of(operator.get(f"{page}?tab=reads"))
    with nothing_changes(shop):
        assert operator.post(form, {"reason": "Again"}).status_code == 302


def test_what_paid_for_an_order_is_not_given_back_here(shop: Shop, operator: Client, mia: UUID) -> None:
    basket = held(shop, mia, 100, purpose="Basket 7")
    shop.buy(mia, "20.00", points_used=PointsUsed(60, Decimal("0.60"), hold=basket))
    shown = text_of(operator.get(f"/console/members/{mia}/"))
    assert "paid for order" in shown
    assert "Give back" not in shown
    with nothing_changes(shop):
        answer = operator.post(f"/console/members/{mia}/holds/{basket}/give-back", {"reason": "Counted twice"})
    assert answer.status_code == 422
    assert "It paid for an order What paid for an order comes back with the order." in text_of(answer)


def test_other_points_are_named(shop: Shop, operator: Client, mia: UUID) -> None:
    stars = held(shop, mia, 2, purpose="A mug", point_type="stars")
    assert "A mug until" in text_of(operator.get(f"/console/members/{mia}/"))
    assert "2 Stars Let go" in text_of(operator.get(f"/console/members/{mia}/"))
    operator.post(f"/console/members/{mia}/holds/{stars}/release")
    assert "Can be spent again: 2 points." in text_of(operator.get(f"/console/members/{mia}/"))
