"""Every lever: what it turns, how it stands, its sensible steps, and the rules that it gives."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from regulars.domain.programmes.rulebook import Rulebook
from regulars.flows.tuning.lever import Ground, Lever, Priced, is_valid, levers_by_name, sensible
from tests.factories import RULEBOOK

STORY = {
    "earn_rate": ("base", "1", ["0.5", "0.75", "1", "1.5", "2"], "2"),
    "tier_threshold": ("status/silver", "200", ["100", "150", "200", "300", "400"], "250"),
    "reward_price": ("coffee", "50", ["25", "38", "50", "75", "100"], "40"),
    "expiry_period": ("points", "1 year", ["3 months", "6 months", "1 year", "2 years", "never"], "90 days"),
}
"""Target, present value, sensible steps, and some other value."""


def ground() -> Ground:
    document = Rulebook.model_validate(RULEBOOK).document()
    return Ground(document, (Priced("coffee", "Free coffee", "points", 50), Priced("cake", "Cake", "points", 90)))


def test_every_lever_has_its_story() -> None:
    assert set(levers_by_name()) == set(STORY)


@pytest.mark.parametrize("name", STORY)
def test_a_lever(name: str) -> None:
    lever: type[Lever] = levers_by_name()[name]
    key, present, steps, other = STORY[name]
    now = ground()
    kept = copy.deepcopy(now)
    assert key in [each.key for each in lever.targets(now)]
    assert lever.present(now, key) == present
    assert sensible(lever, now, key) == steps
    turned = lever.turned(now, key, lever.read(other))
    assert lever.present(turned, key) == lever.read(other)
    assert is_valid(turned.document)
    assert now == kept, "turning gives another ground"
    back = lever.turned(turned, key, present)
    assert lever.present(back, key) == present


def test_what_else_a_turn_keeps() -> None:
    levers = levers_by_name()
    shorter = levers["expiry_period"].turned(ground(), "points", "6 months").document["point_types"][0]["expiry"]
    assert shorter == {"policy": "after", "period": "6 months", "round_up": "month"}
    never = levers["expiry_period"].turned(ground(), "points", "never")
    again = levers["expiry_period"].turned(never, "points", "6 months").document["point_types"][0]["expiry"]
    assert again == {"policy": "after", "period": "6 months"}
    dearer = levers["reward_price"].turned(ground(), "coffee", "120")
    assert [each.code for each in dearer.rewards] == ["cake", "coffee"], "the cheapest first"


def test_a_factor_grows_by_what_it_adds() -> None:
    assert sensible(levers_by_name()["earn_rate"], ground(), "coffee") == ["1.5", "1.75", "2", "2.5", "3"]


def test_what_is_turned_by_hand_is_no_target() -> None:
    document: dict[str, Any] = copy.deepcopy(RULEBOOK)
    document["point_types"].append({"id": "stars", "name": "Stars", "expiry": {"policy": "calendar"}})
    document["earn_rules"].append(
        {"id": "bands", "name": "Bands", "earn": {"strategy": "rate_per_category", "rates": {"tea": 2}}}
    )
    other = Ground(Rulebook.model_validate(document).document())
    assert [each.key for each in levers_by_name()["expiry_period"].targets(other)] == ["points"]
    assert [each.key for each in levers_by_name()["earn_rate"].targets(other)] == ["base", "coffee"]
    assert levers_by_name()["reward_price"].targets(other) == []


@pytest.mark.parametrize(("text", "value"), [("6", "6 months"), ("0", "never"), (" 12 months ", "1 year")])
def test_a_number_of_months(text: str, value: str) -> None:
    assert levers_by_name()["expiry_period"].read(text) == value
