"""E6: what was removed from the rulebook stays readable where it was used, also after another version and a return."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from regulars.flows.roll_back import roll_back
from tests.factories import RULEBOOK, open_shop
from tests.interfaces.console.test_drafts import client, seen

pytestmark = pytest.mark.capability("E6")


def test_a_rule_a_tier_and_a_field_that_are_gone_still_explain(conn: Any) -> None:
    document = copy.deepcopy(RULEBOOK)
    document["member_fields"] = [{"id": "shoe_size", "name": "Shoe size", "kind": "number"}]
    document["earn_rules"].append(
        {
            "id": "big-feet", "name": "For large shoes", "earn": {"strategy": "fixed_bonus", "points": 7},
            "when": {"field": "member.field.shoe_size", "at_least": 45},
        }
    )  # fmt: skip
    document["earn_rules"].append(
        {
            "id": "silver-extra", "name": "Silver extra", "earn": {"strategy": "fixed_bonus", "points": 5},
            "when": {"field": "member.tier.status", "is": "silver"},
        }
    )  # fmt: skip
    shop = open_shop(conn, document, now=datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2))
    member = shop.enrol(name="Ada Byron", attributes={"shoe_size": 46})
    shop.buy(member, "300.00")
    shop.later(minutes=1)
    bought = shop.buy(member, "10.00")
    assert shop.points(member) == 300 + 7 + 10 + 7 + 5

    # The field, both rules and the tier Silver go.
    shop.later(minutes=5)
    bare = copy.deepcopy(RULEBOOK)
    del bare["ladders"][0]["tiers"][1]
    shop.publish(bare, effective_from=shop.now)
    ada = client(shop)
    page = seen(ada.get(f"/console/members/{member}/why/{bought['event']}"))
    for words in ("For large shoes", "Silver extra", "A bonus of 7", "A bonus of 5"):
        assert words in page
    version = seen(ada.get("/console/rulebook/1/"))
    assert "Shoe size" in version
    assert "Silver" in version
    changes = seen(ada.get("/console/rulebook/2/changes/"))
    for words in ("Rule removed: For large shoes", "Tier removed: Silver", "Field of members “Shoe size” is removed"):
        assert words in changes
    # Its later return takes exactly what it gave, by the rules of its day; and going back brings them again.
    shop.give_back(member, bought)
    assert shop.points(member) == 300 + 7
    shop.later(minutes=1)
    roll_back(shop.conn, 1, of=shop.programme, by="ada", now=shop.now)
    shop.later(minutes=1)
    shop.buy(member, "10.00")
    assert shop.points(member) == 300 + 7 + 10 + 7 + 5
    assert "For large shoes" in seen(ada.get(f"/console/members/{member}/why/{bought['event']}"))
