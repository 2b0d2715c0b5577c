"""An operator gives a tier on the member's page, sees why it is held, and takes it back."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta

import pytest

from regulars.database.pool import Connection
from regulars.domain.tiers.queries import standings
from tests.books import nothing_changes
from tests.factories import open_shop
from tests.interfaces.operators import signed_in

pytestmark = [pytest.mark.database, pytest.mark.capability("C3")]


def test_a_tier_is_given_and_taken_back(conn: Connection) -> None:
    shop = open_shop(conn, now=datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1))
    ada = shop.enrol(name="Ada Byron")
    client = signed_in(shop)

    def seen(address: str) -> str:
        answer = client.get(address)
        assert answer.status_code == 200
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())

    page, place = f"/console/members/{ada}/", f"/console/members/{ada}/tiers/status"
    assert "Give a tier" in seen(page)
    assert "Give Ada Byron a tier" in seen(f"{place}/give")
    with nothing_changes(shop):
        wish = {"tier": "gold", "kind": "matched", "reason": "campaign"}
        answer = client.post(f"{place}/give", wish)
        assert answer.status_code == 422
    answer = client.post(f"{place}/give", {"tier": "gold", "kind": "manual", "reason": "a lost parcel"})
    assert (answer.status_code, answer["Location"]) == (302, page)
    (standing,) = standings(shop.conn, member_ids=[ada])
    assert standing.tier == "gold"
    shown = seen(page)
    assert "Ada Byron is Gold now." in shown
    assert "a lost parcel." in shown
    assert "Gave the tier gold: a lost parcel" in seen(f"{page}?tab=reads")
    with nothing_changes(shop):
        client.post(f"{place}/take", {"reason": ""})
    client.post(f"{place}/take", {"reason": "a mistake"})
    assert standings(shop.conn, member_ids=[ada])[0].tier == "bronze"
