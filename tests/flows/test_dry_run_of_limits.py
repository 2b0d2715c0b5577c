"""Groups, caps and budgets: a dry run, the real one, and one with rules read anew give the very same."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from regulars.domain.programmes import queries
from regulars.flows.process_events import process_events
from tests.books import nothing_changes
from tests.factories import RULEBOOK, Shop

pytestmark = pytest.mark.database


def _given(body: bytes) -> tuple[Any, Any]:
    answer = json.loads(body)
    effects = [{key: value for key, value in each.items() if key != "transfer"} for each in answer["effects"]]
    return effects, answer["rules"]


def test_a_dry_run_the_real_one_and_one_after_a_restart_agree(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    document = copy.deepcopy(RULEBOOK)
    document["stacking"] = [{"id": "offers", "name": "Offers", "choose": "highest"}]
    document["campaigns"] = [{"id": "spring", "name": "Spring", "budget": {"points": 100}}]
    bonus = {"strategy": "fixed_bonus", "points": 60}
    document["earn_rules"] += [
        {"id": "gift", "name": "Gift", "group": "offers", "campaign": "spring", "earn": bonus},
        {
            "id": "small", "name": "Small", "group": "offers", "earn": {"strategy": "fixed_bonus", "points": 50},
            "limits": {"per_member": [{"points": 70, "each": "month"}], "cooldown": "1 minute"},
        },
    ]  # fmt: skip
    shop.publish(document)
    member = shop.enrol()
    seen = []
    for _ in range(4):
        event = shop.order(member, "10.00")
        with nothing_changes(shop):
            (dry,) = process_events(shop.conn, [event], programme_id=shop.programme.id, now=shop.now, dry_run=True)
            monkeypatch.setattr(queries, "_shelves", {})
            (anew,) = process_events(shop.conn, [event], programme_id=shop.programme.id, now=shop.now, dry_run=True)
        (real,) = process_events(shop.conn, [event], programme_id=shop.programme.id, now=shop.now)
        assert _given(dry.body) == _given(anew.body) == _given(real.body)
        seen.append({each["rule"]: each["points"] for each in json.loads(real.body)["effects"] if "rule" in each})
        shop.later(minutes=5)
    # The campaign has 100: then 40 are less than the 50 beside them, of which the month lets 70 be given.
    assert seen == [
        {"base": 10, "gift": 60},
        {"base": 10, "small": 50},
        {"base": 10, "gift": 40},
        {"base": 10, "small": 20},
    ]
