"""Back-tests by API: asked for, seen while they wait, read when they are done, cancelled."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from regulars.flows.backtests.asking import work_backtests
from regulars.flows.backtests.running import here
from regulars.kernel.clock import utc_now
from tests.factories import RULEBOOK
from tests.interfaces.api.caller import Caller, everything

pytestmark = [pytest.mark.database, pytest.mark.capability("I6")]


def test_from_the_wish_to_what_was_found(api: Caller) -> None:
    shop = api.shop
    shop.buy(shop.enrol(), "30.00")
    draft = copy.deepcopy(RULEBOOK)
    draft["earn_rules"][0]["earn"]["points"] = 2
    model = {"by": "share_of_earned", "rate": "0.5", "days": 0}
    asked = api.post("/backtests", {"document": draft, "label": "Twice", "redemptions": model})
    assert (asked.status, asked.body["state"], asked.body["label"]) == (202, "waiting", "Twice")
    place = f"/backtests/{asked.body['id']}"
    assert api.get(place).body["result"] is None
    assert work_backtests(shop.conn, programme_id=shop.programme.id, clock=utc_now, mapped=here(shop.conn)) == 1
    done = api.get(place).body
    assert (done["state"], done["done"], done["parts"]) == ("done", 64, 64)
    assert [side["points"][0]["earned"] for side in done["result"]["sides"].values()] == [30, 60]
    assert [side["points"][0]["redeemed"] for side in done["result"]["sides"].values()] == [15, 30]
    assert done["redemptions"] == done["result"]["redemptions"] == model
    (listed,) = api.get("/backtests").body["items"]
    assert listed == {name: done[name] for name in listed}
    assert api.post(f"{place}/cancel").code == "backtest_over"


def test_what_waits_can_be_cancelled(api: Caller) -> None:
    asked = api.post("/backtests", {"document": RULEBOOK}).body
    assert api.post(f"/backtests/{asked['id']}/cancel").body["state"] == "cancelled"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"document": {"rulebook": 1}}, "rulebook_invalid"),
        ({"share": "0"}, "bad_value"),
        ({"until": "2100-01-01T00:00:00Z"}, "end_in_future"),
        ({"redemptions": "sometimes"}, "unknown_redemption_model"),
        ({"redemptions": True}, "bad_value"),
        ({"since": "2026-03-01T00:00:00Z", "until": "2026-02-01T00:00:00Z"}, "window_empty"),
    ],
)
def test_what_is_refused(api: Caller, fields: dict[str, Any], code: str) -> None:
    before = everything(api.shop)
    assert api.post("/backtests", {"document": RULEBOOK} | fields).code == code
    assert everything(api.shop) == before
    assert api.get("/backtests/2147483647").code == "backtest_not_found"


def test_a_template_is_tried_by_its_name(api: Caller) -> None:
    assert api.post("/backtests", {"template": "corner-cafe"}).code == "no_history"
    api.shop.buy(api.shop.enrol(), "30.00")
    asked = api.post("/backtests", {"template": "corner-cafe", "label": "Stamps"})
    assert (asked.status, asked.body["label"]) == (202, "Stamps")
    assert api.get(f"/backtests/{asked.body['id']}").body["document"]["name"] == "Corner Shop"
    before = everything(api.shop)
    assert api.post("/backtests", {"template": "corner-cafe", "document": RULEBOOK}).code == "backtest_of_what"
    assert api.post("/backtests", {}).code == "backtest_of_what"
    assert api.post("/backtests", {"template": "nothing"}).code == "template_not_found"
    assert everything(api.shop) == before
