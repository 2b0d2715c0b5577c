"""Comparing versions by the API."""

from __future__ import annotations

import copy

import pytest

from regulars.database.pool import Connection
from tests.factories import RULEBOOK, open_shop
from tests.interfaces.api.caller import Caller

pytestmark = [pytest.mark.database, pytest.mark.capability("B9")]


def test_two_versions_are_compared_in_words(conn: Connection) -> None:
    shop = open_shop(conn)
    document = copy.deepcopy(RULEBOOK)
    document["earn_rules"][0]["earn"]["points"] = 2
    shop.publish(document)
    shop.publish(document | {"name": "Third"})
    api = Caller(shop)

    found = api.get("/rulebook/versions/2/differences").body
    assert found == {
        "since": 1,
        "version": 2,
        "items": [
            {
                "path": "earn_rules/base/earn/points",
                "kind": "changed",
                "words": "“1 point per euro”: the rate rises from 1 to 2 points per 1.00 EUR",
                "before": 1,
                "after": 2,
            }
        ],
    }
    assert len(api.get("/rulebook/versions/3/differences", since=1).body["items"]) == 2
    back = api.get("/rulebook/versions/1/differences", since=3).body["items"]
    assert [each["words"] for each in back] == [
        "“Third” is now called “Corner Shop”",
        "“1 point per euro”: the rate falls from 2 to 1 points per 1.00 EUR",
    ]
    assert api.get("/rulebook/versions/1/differences").body["items"] == []
    assert api.get("/rulebook/versions/9/differences").code == "rulebook_version_not_found"
    assert api.get("/rulebook/versions/2/differences", since=9).code == "rulebook_version_not_found"
