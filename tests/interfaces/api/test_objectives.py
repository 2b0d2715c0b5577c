"""Objectives by API: set, read, closed, and refused in words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from regulars.kernel.clock import utc_now
from tests.books import nothing_changes
from tests.interfaces.api.caller import Caller

pytestmark = pytest.mark.capability("I7")

DUE = (utc_now() + timedelta(days=100)).date().isoformat()
WISH = {"name": "More of them", "measure": "new_members", "target": "500", "due": DUE}


def test_an_objective_is_set_read_and_closed(api: Caller) -> None:
    figures = {each["measure"]: each for each in api.get("/objective-measures").body["items"]}
    assert figures["cost_per_order"]["direction"] == "at_most"
    assert figures["new_members"]["explanation"] == "How many joined in the last 30 days"
    assert api.get("/objectives").body == {"items": []}
    answer = api.post("/objectives", WISH)
    assert answer.status == 201
    made = answer.body
    assert (made["unit"], made["direction"], made["target"], made["days"]) == ("number", "at_least", "500", 30)
    # The shop is of today: of each evening before there was nobody to count.
    assert (made["state"], made["latest"]["value"], made["latest"]["of"]) == ("too_few", None, 0)
    assert len(made["readings"]) == 13
    place = f"/objectives/{made['id']}"
    assert api.get(place).body == made
    (listed,) = api.get("/objectives").body["items"]
    assert listed == {key: value for key, value in made.items() if key != "readings"}
    assert api.post(f"{place}/close", None).body["closed_at"] is not None
    refused = api.post(f"{place}/close", None)
    assert (refused.status, refused.code) == (409, "objective_closed")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"measure": "happiness"}, 422, "unknown_measure"),
        ({"target": "0"}, 422, "objective_target"),
        ({"measure": "redemption_rate", "target": "60"}, 422, "objective_target"),
        ({"days": 5}, 422, "objective_days"),
        ({"due": "2026-01-01"}, 422, "objective_due"),
        ({"target": "plenty"}, 422, "bad_value"),
        ({"colour": "red"}, 422, "unknown_field"),
    ],
)
def test_a_wish_that_cannot_be_is_refused(api: Caller, changes: dict[str, object], status: int, code: str) -> None:
    with nothing_changes(api.shop):
        refused = api.post("/objectives", WISH | changes)
    assert (refused.status, refused.code) == (status, code)


def test_an_unknown_objective_is_not_found(api: Caller) -> None:
    for refused in (api.get("/objectives/999999"), api.post("/objectives/999999/close", None)):
        assert (refused.status, refused.code) == (404, "objective_not_found")
