"""Operators read money where points count money."""

from __future__ import annotations

import copy

import pytest

from tests.factories import RULEBOOK, Shop
from tests.interfaces.operators import signed_in
from tests.interfaces.portal.test_money import BACK, CREDIT

pytestmark = [pytest.mark.database, pytest.mark.capability("D1")]


def test_the_console_shows_money(shop: Shop) -> None:
    shop.publish(copy.deepcopy(RULEBOOK) | {"point_types": [CREDIT], "earn_rules": [BACK]})
    member = shop.enrol(name="Bea")
    shop.buy(member, "45.90")
    client = signed_in(shop)

    page = client.get(f"/console/members/{member}/").content.decode()

    assert page.count("€1.37") >= 2  # the balance, and the entry
    assert "+€1.37" in page
