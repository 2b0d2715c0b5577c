"""Ready-made programmes by API."""

from __future__ import annotations

import pytest

from tests.interfaces.api.caller import Caller

pytestmark = pytest.mark.capability("K2")


def test_templates_are_listed_with_what_they_cost(api: Caller) -> None:
    items = {each["code"]: each for each in api.get("/templates").body["items"]}

    cafe = items["corner-cafe"]
    assert cafe["title"] == {"en": "Stamp card", "tr": "Damga kartı"}
    assert (cafe["capability"], cafe["cost_percent"], cafe["waits_for"]) == ("A10", "1.6", [])


def test_a_template_shows_its_year_and_its_rulebook(api: Caller) -> None:
    body = api.get("/templates/corner-cafe").body

    assert body["year"] == {
        "spent": "537.60",
        "orders": 96,
        "points": [{"point_type": "points", "earned": 169, "worth": "8.45"}],
        "cost_percent": "1.6",
        "tiers": {"regulars": "regular"},
    }
    assert body["document"]["name"] == "Corner Café"
    assert [each["code"] for each in body["rewards"]] == ["free-coffee"]


def test_an_unknown_template_is_not_found(api: Caller) -> None:
    answer = api.get("/templates/corner-caffe")

    assert (answer.status, answer.body["code"]) == (404, "template_not_found")
    assert "corner-cafe" in answer.body["remedy"]
