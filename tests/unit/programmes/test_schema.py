"""The JSON Schema: the committed file is the one that the code makes, and it tells good rulebooks from bad ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from regulars.domain.programmes.document import require_valid
from regulars.domain.programmes.schema import rulebook_schema

ROOT = Path(__file__).resolve().parents[3]
VALIDATOR = Draft202012Validator(rulebook_schema())


def journey() -> dict[str, Any]:
    return require_valid((ROOT / "programmes" / "complete-journey.yaml").read_text("utf-8")).document()


def test_the_committed_schema_is_fresh() -> None:
    committed = json.loads((ROOT / "docs" / "rulebook.schema.json").read_text("utf-8"))
    assert committed == rulebook_schema(), "run: regulars rulebook schema --out docs/rulebook.schema.json"


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(rulebook_schema())


def test_a_valid_rulebook_fulfils_it() -> None:
    assert list(VALIDATOR.iter_errors(journey())) == []


@pytest.mark.parametrize(
    "earn",
    [
        {"strategy": "points_per_amuont", "points": 1},
        {"strategy": "points_per_amount", "points": 0},
        {"strategy": "points_per_amount"},
        {"strategy": "fixed_bonus", "points": 1.5},
        {"strategy": "multiplier", "factor": 1, "of": "base"},
        {"strategy": "points_per_item", "points": 1, "per": 1},
    ],
)
def test_each_strategy_has_its_own_parameters(earn: dict[str, Any]) -> None:
    document = journey()
    document["earn_rules"][0]["earn"] = earn
    assert list(VALIDATOR.iter_errors(document)) != []


@pytest.mark.parametrize(
    "when", [{"field": "a"}, {"field": "a", "is": 1, "is_not": 2}, {"all": []}, {"xor": []}, {"field": "a", "is": []}]
)
def test_conditions_have_one_comparison(when: dict[str, Any]) -> None:
    document = journey()
    document["earn_rules"][0]["when"] = when
    assert list(VALIDATOR.iter_errors(document)) != []


def test_every_definition_says_what_it_is() -> None:
    definitions = rulebook_schema()["$defs"]
    assert [name for name, each in definitions.items() if not each.get("title") or not each.get("description")] == []


@pytest.mark.parametrize(
    ("owner", "stated", "valid"),
    [
        ("pending", "immediate", True),
        ("pending", {"mode": "after", "period": "14 days"}, True),
        ("pending", {"mode": "on_event", "event": "order_delivered", "cancel_after": "30 days"}, True),
        ("pending", "after", False),
        ("pending", "fixed_dates", False),
        ("pending", {"policy": "immediate"}, False),
        ("expiry", "never", True),
        ("expiry", "calendar", True),
        ("expiry", {"policy": "fixed_date", "date": "2027-12-31"}, True),
        ("expiry", {"policy": "calendar", "month": 13}, False),
        ("expiry", "inactivity", False),
        ("clawback", "only_pending", True),
        ("clawback", {"policy": "allow_negative"}, True),
        ("clawback", "strict", False),
        ("restore", "strict", True),
        ("restore", "grace", False),
        ("restore", {"policy": "grace", "period": "30 days"}, True),
    ],
)
def test_each_policy_has_its_own_parameters(owner: str, stated: object, valid: bool) -> None:
    document = journey()
    place = document["point_types"][0] if owner in ("pending", "expiry") else document.setdefault("returns", {})
    place[owner] = stated
    assert (list(VALIDATOR.iter_errors(document)) == []) is valid
