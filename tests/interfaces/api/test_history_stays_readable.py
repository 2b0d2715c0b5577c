"""E6 by API and on paper: rules, tiers and fields that are gone stay readable where they were used."""

from __future__ import annotations

import copy
import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from regulars.database.pool import Connection
from regulars.flows.sign_in import issue_member_link
from tests.factories import RULEBOOK, open_shop
from tests.interfaces.api.caller import Caller
from tests.interfaces.operators import signed_in

pytestmark = [pytest.mark.database, pytest.mark.capability("E6")]


def text(page: bytes) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.decode())).split())


def test_what_is_archived_stays_readable_where_it_was_used(conn: Connection) -> None:
    document = copy.deepcopy(RULEBOOK)
    document["member_fields"] = [{"id": "shoe_size", "name": "Shoe size", "kind": "number"}]
    document["earn_rules"].append(
        {
            "id": "silver-extra", "name": "Silver extra", "earn": {"strategy": "fixed_bonus", "points": 5},
            "when": {"field": "member.tier.status", "is": "silver"},
        }
    )  # fmt: skip
    shop = open_shop(conn, document, now=datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2))
    api = Caller(shop)
    member = shop.enrol(name="Ada Byron", attributes={"shoe_size": 46})
    shop.buy(member, "300.00")
    shop.later(minutes=1)
    bought = shop.buy(member, "10.00")
    before = api.get(f"/members/{member}/entries").body
    shop.later(minutes=5)
    bare = copy.deepcopy(RULEBOOK)
    del bare["ladders"][0]["tiers"][1]
    shop.publish(bare, effective_from=shop.now)

    # The statement by API: every entry with the rule by its name, as before.
    assert api.get(f"/members/{member}/entries").body == before
    assert "Silver extra" in str(before)
    # What is kept about the member is not lost with the field's declaration.
    assert api.get(f"/members/{member}").body["attributes"] == {"shoe_size": 46}
    # The explanation by API, of the version that priced it; and versions can be read.
    event = api.get(f"/events/{bought['event']}").body
    assert "silver-extra" in str(event)
    assert "Shoe size" in str(api.get("/rulebook/versions/1").body)
    # The console's statement with its explanation, and the member's own activity.
    client = signed_in(shop)
    assert (
        f"/console/members/{member}/why/{bought['event']}" in client.get(f"/console/members/{member}/").content.decode()
    )
    assert "Silver extra" in text(client.get(f"/console/members/{member}/why/{bought['event']}").content)
    token = issue_member_link(shop.conn, programme=shop.programme, member_id=member, now=datetime.now(UTC))
    own = Client()
    own.post(f"/me/sign-in/{token}/")
    assert "Silver extra" in text(own.get("/me/activity/").content)
