"""Tunings by API: what can be turned, asked for, seen while they wait, read when they are done, cancelled."""

from __future__ import annotations

from typing import Any

import pytest

from regulars.flows.tuning.asking import work_tunings
from regulars.flows.tuning.running import here
from regulars.kernel.clock import utc_now
from tests.factories import RULEBOOK
from tests.flows.test_tunings import live_on_paper
from tests.interfaces.api.caller import Caller, everything

pytestmark = [pytest.mark.database, pytest.mark.capability("I6")]
WISH: dict[str, Any] = {
    "levers": [{"lever": "earn_rate", "target": "base", "steps": ["1", "2"]}],
    "goals": [{"goal": "first_reward_in_time", "days": 90, "at_least": "0.9"}],
    "margin": "0.30",
}


def test_from_the_question_to_what_was_found(api: Caller) -> None:
    live_on_paper(api.shop)
    asked = api.post("/tunings", WISH | {"label": "How much?"})
    assert (asked.status, asked.body["state"], asked.body["label"]) == (202, "waiting", "How much?")
    place = f"/tunings/{asked.body['id']}"
    assert api.get(place).body["result"] is None
    programme = api.shop.programme.id
    assert work_tunings(api.shop.conn, programme_id=programme, clock=utc_now, mapped=here(api.shop.conn)) == 1
    done = api.get(place).body
    assert (done["state"], done["done"], done["parts"], done["margin"]) == ("done", 64, 64, "0.300000")
    assert done["terms"]["levers"] == WISH["levers"]
    now, twice = done["result"]["candidates"]
    assert (now["values"], now["as_it_is"], now["met"]) == (["1"], True, "no")
    assert (twice["values"], twice["as_it_is"], twice["met"]) == (["2"], False, "surely")
    assert twice["figures"]["cost_per_order"] == {"value": "1.75", "low": "1.75", "high": "1.75"}
    (listed,) = api.get("/tunings").body["items"]
    assert listed == {name: done[name] for name in listed}
    assert api.post(f"{place}/cancel").code == "tuning_over"


def test_what_can_be_turned(api: Caller) -> None:
    levers = {(each["lever"], each["target"]): each for each in api.get("/tuning-levers").body["items"]}
    assert set(levers) == {
        ("earn_rate", "base"), ("earn_rate", "coffee"), ("expiry_period", "points"),
        ("tier_threshold", "status/silver"), ("tier_threshold", "status/gold"),
    }  # fmt: skip
    assert levers["earn_rate", "base"] == {
        "lever": "earn_rate", "target": "base", "name": "“1 point per euro” gives", "present": "1",
        "steps": ["0.5", "0.75", "1", "1.5", "2"],
    }  # fmt: skip


def test_what_waits_can_be_cancelled(api: Caller) -> None:
    api.shop.buy(api.shop.enrol(), "10.00")
    asked = api.post("/tunings", WISH | {"goals": []}).body
    assert api.post(f"/tunings/{asked['id']}/cancel").body["state"] == "cancelled"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"document": {"rulebook": 1}}, "rulebook_invalid"),
        ({"margin": "30"}, "bad_margin"),
        ({"margin": "much"}, "bad_value"),
        ({"share": "0"}, "bad_share"),
        ({"levers": [{"lever": "earn_speed", "target": "base"}]}, "unknown_lever"),
        ({"goals": [{"goal": "cost_per_order", "at_most": "1", "days": 3}]}, "bad_goal"),
        ({"document": RULEBOOK | {"currency": "USD"}}, "rulebook_of_another_programme"),
    ],
)
def test_what_is_refused(api: Caller, fields: dict[str, Any], code: str) -> None:
    api.shop.buy(api.shop.enrol(), "10.00")
    before = everything(api.shop)
    assert api.post("/tunings", WISH | {"goals": []} | fields).code == code
    assert everything(api.shop) == before
    assert api.get("/tunings/2147483647").code == "tuning_not_found"
