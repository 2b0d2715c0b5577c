"""Points that count money are read as money, and no page says so of points that do not."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache

from regulars.database.pool import Connection
from tests.factories import RULEBOOK, open_shop
from tests.interfaces.portal.club import Club

pytestmark = [pytest.mark.database, pytest.mark.capability("D1")]
CREDIT: dict[str, Any] = {
    "id": "points",
    "name": "Credit",
    "unit": "money",
    "expiry": {"policy": "after", "period": "12 months"},
}
BACK = {"id": "base", "name": "Money back", "earn": {"strategy": "cash_back", "percent": 3}}


@pytest.fixture
def money_club(conn: Connection) -> Club:
    """Three percent of everything comes back as money."""
    document = copy.deepcopy(RULEBOOK) | {"point_types": [CREDIT], "earn_rules": [BACK]}
    cache.clear()
    return Club(open_shop(conn, document, now=datetime.now(UTC).replace(microsecond=0)))


def test_the_portal_shows_money(money_club: Club) -> None:
    member = money_club.shop.enrol()
    money_club.shop.buy(member, "45.90")
    off = money_club.reward("Off", 500)
    guest = money_club.enter(member)

    home = guest.see("/me/")
    assert "€1.37" in home
    assert "137" not in home
    assert "worth" not in home  # money is worth what it says
    activity = guest.see("/me/activity/")
    assert "+€1.37" in activity
    assert "3 % of €45.90 gives €1.377, rounded down to €1.37" in activity
    rewards = guest.see("/me/rewards/")
    assert "€5.00" in rewards
    assert "€3.63 to go" in guest.see(f"/me/rewards/{off.id}/") + rewards
    assert "€1.37" in guest.see("/me/points/")


def test_points_stay_points_beside_a_programme_that_counts_money(money_club: Club, club: Club) -> None:
    rich, plain = money_club.shop.enrol(), club.shop.enrol()
    with_money, with_points = money_club.enter(rich), club.enter(plain)

    assert "€0.00" in with_money.see("/me/")
    assert "50" in with_points.see("/me/")
    assert "€0.50 " not in with_points.see("/me/").replace("worth €0.50", "")
