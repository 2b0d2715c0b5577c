"""Operators read money where points count money."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from regulars.flows.sign_in import issue_operator_link
from tests.factories import RULEBOOK, Shop
from tests.interfaces.portal.test_money import BACK, CREDIT

pytestmark = [pytest.mark.database, pytest.mark.capability("D1")]


def test_the_console_shows_money(shop: Shop) -> None:
    shop.publish(copy.deepcopy(RULEBOOK) | {"point_types": [CREDIT], "earn_rules": [BACK]})
    member = shop.enrol(name="Bea")
    shop.buy(member, "45.90")
    token = issue_operator_link(
        shop.conn, programme=shop.programme, email=f"ada-{shop.programme.code}@example.org", name="Ada",
        now=datetime.now(UTC), lasts=timedelta(minutes=5),
    )  # fmt: skip
    client = Client()
    client.post(f"/console/enter/{token}")

    page = client.get(f"/console/members/{member}/").content.decode()

    assert page.count("€1.37") >= 2  # the balance, and the entry
    assert "+€1.37" in page
